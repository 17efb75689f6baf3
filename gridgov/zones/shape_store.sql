-- What the map asks of the zones: shapes made simpler, kept per zoom; derived from the zones of an edition, which never change.

-- name: drawn
-- The edition of a layer that holds on a day, and whether it is drawn: the newest one begun, if it has not run out.
select newest.edition_id, newest.edition, newest.sha256, newest.disclosure, newest.attributes, d.drawing_id, d.west, d.south, d.east, d.north
from (
    select e.edition_id, e.edition, e.sha256, e.disclosure, e.attributes, e.effective_to
    from edition e
    join layer l using (layer_id)
    where l.key = %(layer)s and e.effective_from <= %(on)s::date
    order by e.effective_from desc
    limit 1
) as newest
join zone_drawing d using (edition_id)
where newest.effective_to is null or newest.effective_to > %(on)s::date

-- name: undrawn
-- The editions that are not drawn; %(all)s = every edition.
select edition_id
from edition
where %(all)s or not exists (select from zone_drawing d where d.edition_id = edition.edition_id)
order by edition_id

-- name: forget_shapes
-- Every shape of an edition.
delete from zone_shape where edition_id = %(edition_id)s

-- name: forget_drawing
-- That an edition is drawn.
delete from zone_drawing where edition_id = %(edition_id)s

-- name: add_drawing
-- That an edition is drawn.
insert into zone_drawing (edition_id, west, south, east, north) values (%(edition_id)s, %(west)s, %(south)s, %(east)s, %(north)s)

-- name: grounds
-- The zones of an edition.
select zone_id, geometry from zone where edition_id = %(edition_id)s order by zone_id

-- name: copy_shapes
-- Shapes in bulk.
copy zone_shape (zone_id, zoom, edition_id, geometry, label_x, label_y) from stdin

-- name: tile_shapes
-- The zones that a tile (metres, with its margin) shows.
select zone_id as number
from zone_shape
where edition_id = %(edition_id)s::bigint and zoom = %(zoom)s::smallint and geometry && st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, 3857)
order by zone_id

-- name: tile_zones
-- The zones whose own outline a tile (degrees, with its margin) shows.
select zone_id as number
from zone
where edition_id = %(edition_id)s and geometry && st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4490)
order by zone_id

-- name: tile
-- A tile: the zones named, from their shapes or clipped in degrees from their own outline, and the labels that stand in it.
-- Within a tile of zoom 15 or more the plane is the degrees, scaled.
with box as (
    select st_makebox2d(st_point(%(west_m)s, %(south_m)s), st_point(%(east_m)s, %(north_m)s)) as metres,
           st_makebox2d(st_point(%(west)s, %(south)s), st_point(%(east)s, %(north)s)) as degrees,
           st_makebox2d(st_point(%(west)s - %(width)s, %(south)s - %(height)s), st_point(%(east)s + %(width)s, %(north)s + %(height)s)) as around
),
said as materialized (
    select zone_id, code, name, geometry,
           (select jsonb_object_agg(key, value) from jsonb_each(attributes)
            where jsonb_typeof(value) in ('string', 'number', 'boolean') and key not in ('code', 'name')) as attributes
    from zone
    where zone_id = any(%(numbers)s)
)
select layer.body from (
    select 0 as place, (
        select st_asmvt(feature, 'zone', 4096, 'geom')
        from (
            select code, name, attributes, geom
            from (
                select said.code, said.name, said.attributes, st_asmvtgeom(s.geometry, box.metres, 4096, %(margin)s, true) as geom
                from said
                join zone_shape s on s.zone_id = said.zone_id and s.zoom = %(zoom)s
                cross join box
                where not %(exact)s
                union all
                select said.code, said.name, said.attributes,
                       st_asmvtgeom(st_clipbybox2d(said.geometry, box.around), box.degrees, 4096, %(margin)s, true)
                from said
                cross join box
                where %(exact)s
            ) as shown
            where geom is not null
            order by code collate "C"
        ) as feature
    ) as body
    union all
    select 1, (
        select st_asmvt(feature, 'label', 4096, 'geom')
        from (
            select zone.code, zone.name, st_asmvtgeom(st_point(s.label_x, s.label_y), box.metres, 4096, 0, false) as geom
            from zone_shape s
            join zone using (zone_id)
            cross join box
            where s.zone_id = any(%(labels)s) and s.zoom = %(zoom)s
              and s.label_x >= %(west_m)s and s.label_x < %(east_m)s and s.label_y > %(south_m)s and s.label_y <= %(north_m)s
            order by zone.code collate "C"
        ) as feature
    )
) as layer
order by layer.place
