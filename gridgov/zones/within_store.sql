-- name: not_covering
-- Which of some editions do not cover a whole ground (lon/lat), or do not say where they are complete.
select edition_id, coverage is null as unknown
from edition
where edition_id = any(%(edition_ids)s::bigint[])
  and (coverage is null or not st_covers(coverage, st_setsrid(%(ground)s::geometry, 4490)));
