-- What a siting check asks of the database, and the checks it keeps. Geometry goes out in lon/lat; the figures are computed outside.

-- name: screen
-- What each edition's pieces say of a site in that edition's plane: zones within reach with their screening overlap, nearest pieces.
with asked as materialized (
    select edition_id, st_geomfromwkb(site, 0) as site, reach_m
    from unnest(%(editions)s::bigint[], %(sites)s::bytea[], %(reaches)s::float8[]) as given (edition_id, site, reach_m)
)
select asked.edition_id, met.zone_ids, met.overlaps_m2, near.zone_codes, near.distances_m, near.pieces
from asked
cross join lateral (
    select array_agg(zone_id order by zone_id) as zone_ids, array_agg(overlap_m2 order by zone_id) as overlaps_m2
    from (
        select piece.zone_id, sum(st_area(st_intersection(piece.geometry, asked.site))) as overlap_m2
        from zone_piece piece
        where piece.edition_id = asked.edition_id and st_dwithin(piece.geometry, asked.site, asked.reach_m)
        group by piece.zone_id
    ) zones
) met
cross join lateral (
    select array_agg(zone.code order by nearest.distance_m, piece_id) as zone_codes,
           array_agg(nearest.distance_m order by nearest.distance_m, piece_id) as distances_m,
           array_agg(st_asbinary(nearest.geometry) order by nearest.distance_m, piece_id) as pieces
    from (
        select piece.piece_id, piece.zone_id, piece.geometry, piece.geometry <-> asked.site as distance_m
        from zone_piece piece
        where piece.edition_id = asked.edition_id
        order by piece.geometry <-> asked.site
        limit 8
    ) nearest
    join zone using (zone_id)
) near

-- name: zones_near
-- Zones by id, those with many vertices cut down to a box well beyond the site and its reach.
select zone_id, edition_id, code, name, attributes, area_m2,
       case when vertices > %(most_vertices)s
            then st_clipbybox2d(geometry, st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4490))
            else geometry end as geometry
from zone
where zone_id = any(%(zone_ids)s)
order by zone_id

-- name: coverage_near
-- Where an edition is complete, cut down to a box around the site; null = nothing is known of it.
select coverage_kind,
       case when st_npoints(coverage) > %(most_vertices)s
            then st_clipbybox2d(coverage, st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4490))
            else coverage end as coverage
from edition
where edition_id = %(edition_id)s

-- name: cells_around
-- Leaf cells in force in a window, cut to it.
select name, st_clipbybox2d(geometry, st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4490)) as geometry
from cell
where scheme_id = %(scheme_id)s and rank = 0 and valid @> %(on)s::date and upper_inf(recorded)
  and geometry && st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4490)
  and st_intersects(geometry, st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4490))
order by code collate "C"
limit 400

-- name: zones_around
-- Zones of some editions in a window, cut to it, the large ones first so that small ones are drawn on top.
select zone.name, layer.kind, st_clipbybox2d(zone.geometry, st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4490)) as geometry
from zone
join edition using (edition_id)
join layer using (layer_id)
where zone.edition_id = any(%(editions)s)
  and zone.geometry && st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4490)
  and st_intersects(zone.geometry, st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4490))
order by zone.area_m2 desc
limit 400

-- name: save_check
-- One answered check, the bytes as they were answered.
insert into siting_check (check_id, verdict, checksum, document, request, on_day, known_at, asked_by)
values (%(check_id)s, %(verdict)s, %(checksum)s, %(document)s, %(request)s::jsonb, %(on_day)s, %(known_at)s, %(asked_by)s)

-- name: find_check
-- A stored check.
select check_id, verdict, checksum, document, asked_by, asked_at from siting_check where check_id = %(check_id)s

-- name: recent_checks
-- The checks of one asker, the latest first.
select check_id, verdict, checksum, document, asked_by, asked_at
from siting_check
where asked_by = %(asked_by)s
order by asked_at desc, check_id
limit %(most)s

-- name: checks_page
-- Checks from the latest on, behind a key: of some askers or of all, of one verdict, and by words of the project's name or the beginning of a code.
select check_id, verdict, checksum, document, asked_by, asked_at
from siting_check
where (%(askers)s::text[] is null or asked_by = any(%(askers)s))
  and (%(verdict)s::text is null or verdict = %(verdict)s)
  and (%(before)s::timestamptz is null or (asked_at, check_id) < (%(before)s::timestamptz, %(before_id)s::uuid))
  and (%(words)s::text is null
       or position(lower(normalize(%(words)s, nfkc)) in lower(normalize(request -> 'project' ->> 'name', nfkc))) > 0
       or starts_with(lower(request -> 'project' ->> 'uscc'), lower(normalize(%(words)s, nfkc)))
       or starts_with(lower(request ->> 'industry'), lower(normalize(%(words)s, nfkc)))
       or starts_with(check_id::text, lower(%(words)s)))
order by asked_at desc, check_id desc
limit %(most)s
