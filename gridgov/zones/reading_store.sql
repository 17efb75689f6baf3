-- What readers ask of layers and zones. Pieces find, in each edition's own plane; what is measured goes out in lon/lat, cut down to a box.

-- name: edition_records
-- When editions became known and how many zones they have, of all layers or one; known_at 'infinity' = now.
select edition.edition_id, edition.recorded_at, edition.zone_count
from edition
join layer using (layer_id)
where (%(key)s::text is null or layer.key = %(key)s::text) and edition.recorded_at <= %(known_at)s::timestamptz

-- name: edition_boxes
-- The box of the zones of some editions, from the boxes kept beside the shapes.
select edition_id, min(st_xmin(geometry::box2d)) as west, min(st_ymin(geometry::box2d)) as south,
       max(st_xmax(geometry::box2d)) as east, max(st_ymax(geometry::box2d)) as north
from zone
where edition_id = any(%(edition_ids)s::bigint[])
group by edition_id

-- name: list_zones
-- A page of the zones of an edition by code, behind a code; a text is in their name or begins their code.
with chosen as materialized (
    select zone.zone_id
    from zone
    where zone.edition_id = %(edition_id)s
      and (%(code)s::text is null or zone.code = %(code)s::text)
      and (%(after)s::text is null or zone.code > %(after)s::text)
      and (
          %(holds)s::text is null
          or zone.code ilike %(begins)s::text
          or lower(case when zone.name is nfkc normalized then zone.name else normalize(zone.name, nfkc) end) like %(holds)s::text
      )
      and (
          %(west)s::float8 is null
          or st_intersects(zone.geometry, st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4490))
      )
    order by zone.code
    limit %(limit)s
)
select zone.zone_id, zone.code, zone.name, zone.attributes, zone.area_m2, inner_piece.geometry as piece,
       st_xmin(shape.box) as west, st_ymin(shape.box) as south, st_xmax(shape.box) as east, st_ymax(shape.box) as north,
       case when %(with_geometry)s then zone.geometry end as geometry
from chosen
join zone using (zone_id)
cross join lateral (select case when zone.vertices > %(most_vertices)s then box3d(zone.geometry::box2d) else box3d(zone.geometry) end as box) shape
cross join lateral (
    select piece.geometry from zone_piece piece where piece.zone_id = zone.zone_id order by st_area(piece.geometry) desc, piece.piece_id limit 1
) inner_piece
order by zone.code

-- name: zones_near
-- The zones whose closed ground meets a shape (lon/lat); of those with many vertices all whose box does: their pieces decide.
select zone_id, edition_id, vertices > %(most_vertices)s as is_large
from zone
where edition_id = any(%(editions)s::bigint[])
  and geometry && st_setsrid(%(shape)s::geometry, 4490)
  and (vertices > %(most_vertices)s or st_intersects(st_setsrid(%(shape)s::geometry, 4490), geometry))

-- name: large_zones_meeting
-- Which of some zones meet a shape, given in each edition's plane.
with asked as materialized (
    select edition_id, st_geomfromwkb(shape, 0) as shape
    from unnest(%(editions)s::bigint[], %(shapes)s::bytea[]) as given (edition_id, shape)
)
select distinct piece.zone_id
from asked
join zone_piece piece on piece.edition_id = asked.edition_id and st_intersects(asked.shape, piece.geometry)
where piece.zone_id = any(%(zone_ids)s::bigint[])

-- name: zones_cut
-- Zones by number, those with many vertices cut down to a box well beyond what is asked about.
select zone_id, edition_id, code, name, attributes, area_m2,
       case when vertices > %(most_vertices)s
            then st_clipbybox2d(geometry, st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4490))
            else geometry end as geometry
from zone
where zone_id = any(%(zone_ids)s::bigint[])
order by edition_id, code

-- name: covering
-- Which of some editions are complete at a point; where nothing is known of the coverage: null.
select edition_id, st_intersects(coverage, st_setsrid(st_makepoint(%(lon)s, %(lat)s), 4490)) as covers
from edition
where edition_id = any(%(editions)s::bigint[])

-- name: search_zones
-- The zones of some editions whose name holds a text or whose code begins with it: the same, then those that begin with it, then shorter names.
with hit as materialized (
    select zone.zone_id, zone.edition_id, zone.code, zone.name,
           lower(case when zone.name is nfkc normalized then zone.name else normalize(zone.name, nfkc) end) as folded, lower(zone.code) as folded_code
    from zone
    where zone.edition_id = any(%(editions)s::bigint[])
      and (
          zone.code ilike %(begins)s::text
          or lower(case when zone.name is nfkc normalized then zone.name else normalize(zone.name, nfkc) end) like %(holds)s::text
      )
), best as (
    select hit.*, case when %(text)s::text in (folded, folded_code) then 0 when folded like %(begins)s or folded_code like %(begins)s then 1 else 2 end as place
    from hit
    order by place, length(name), name, edition_id, code
    limit %(limit)s
)
select best.edition_id, best.code, best.name, inner_piece.geometry as piece,
       st_xmin(shape.box) as west, st_ymin(shape.box) as south, st_xmax(shape.box) as east, st_ymax(shape.box) as north
from best
join zone using (zone_id)
cross join lateral (select case when zone.vertices > %(most_vertices)s then box3d(zone.geometry::box2d) else box3d(zone.geometry) end as box) shape
cross join lateral (
    select piece.geometry from zone_piece piece where piece.zone_id = zone.zone_id order by st_area(piece.geometry) desc, piece.piece_id limit 1
) inner_piece
order by best.place, length(best.name), best.name, best.edition_id, best.code
