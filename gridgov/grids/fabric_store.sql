-- What a redraw asks of the grid: the ground around it, as known now, by the partial index of each level; never the whole grid's geometry.
-- Days are compared by their bounds, so that spatial and code indexes are taken and not the exclusion constraint's.

-- name: leaves_around
-- The leaf cells named or meeting a box, those whose box meets one of theirs, and so on for as many rings as asked; codes in byte order.
with recursive leaf as not materialized (
    select version_id, code, geometry
    from cell
    where rank = 0 and scheme_id = %(scheme_id)s and upper_inf(recorded)
      and lower(valid) <= %(on)s::date and (upper_inf(valid) or upper(valid) > %(on)s::date)
), box as (
    select st_makeenvelope(west, south, east, north, 4490) as ground
    from unnest(%(west)s::float8[], %(south)s::float8[], %(east)s::float8[], %(north)s::float8[]) as drawn (west, south, east, north)
    union all
    select st_envelope(leaf.geometry) from leaf where leaf.code = any(%(codes)s::text[])
), ring as (
    select met.version_id, met.ground, 1 as number
    from box
    cross join lateral (select version_id, st_envelope(geometry) as ground from leaf where leaf.geometry && box.ground) as met
    union
    select met.version_id, met.ground, ring.number + 1
    from ring
    cross join lateral (select version_id, st_envelope(geometry) as ground from leaf where leaf.geometry && ring.ground) as met
    where ring.number < %(rings)s
)
select c.version_id, c.rank, l.key as level, c.code, c.parent_code, c.name, c.geometry, c.area_m2,
       lower(c.valid) as valid_from, upper(c.valid) as valid_to
from (select distinct version_id from ring) as found
join cell c using (version_id)
join level l on l.scheme_id = c.scheme_id and l.rank = c.rank
order by c.code collate "C"

-- name: how_many_meet
-- How many leaf cells' boxes meet a box, counted no further than a limit.
select count(*) as cells
from (
    select from cell
    where rank = 0 and geometry && st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4490) and scheme_id = %(scheme_id)s
      and upper_inf(recorded) and lower(valid) <= %(on)s::date and (upper_inf(valid) or upper(valid) > %(on)s::date)
    limit %(limit)s
) as met

-- name: children_of
-- The cells right below some cells of a rank, codes in byte order.
select c.version_id, c.rank, l.key as level, c.code, c.parent_code, c.name, c.geometry, c.area_m2,
       lower(c.valid) as valid_from, upper(c.valid) as valid_to
from cell c
join level l on l.scheme_id = c.scheme_id and l.rank = c.rank
where c.scheme_id = %(scheme_id)s and c.rank = %(rank)s::smallint - 1 and c.parent_code = any(%(codes)s::text[]) and upper_inf(c.recorded)
  and lower(c.valid) <= %(on)s::date and (upper_inf(c.valid) or upper(c.valid) > %(on)s::date)
order by c.code collate "C"

-- name: cells_of_codes
-- The cells of some codes of a rank, codes in byte order.
select c.version_id, c.rank, l.key as level, c.code, c.parent_code, c.name, c.geometry, c.area_m2,
       lower(c.valid) as valid_from, upper(c.valid) as valid_to
from cell c
join level l on l.scheme_id = c.scheme_id and l.rank = c.rank
where c.scheme_id = %(scheme_id)s and c.rank = %(rank)s::smallint and c.code = any(%(codes)s::text[]) and upper_inf(c.recorded)
  and lower(c.valid) <= %(on)s::date and (upper_inf(c.valid) or upper(c.valid) > %(on)s::date)
order by c.code collate "C"

-- name: codes_used
-- Every code a cell of the scheme ever had, on any day and however it was known.
select distinct code from cell where scheme_id = %(scheme_id)s

-- name: level_counts
-- How many cells each level has on a day, as known at an instant.
select l.key, l.rank, count(c.version_id) as cells
from level l
left join cell c
  on c.scheme_id = l.scheme_id and c.rank = l.rank
 and lower(c.valid) <= %(on)s::date and (upper_inf(c.valid) or upper(c.valid) > %(on)s::date)
 and lower(c.recorded) <= %(known_at)s::timestamptz and (upper_inf(c.recorded) or upper(c.recorded) > %(known_at)s::timestamptz)
where l.scheme_id = %(scheme_id)s
group by l.key, l.rank
order by l.rank desc

-- name: changed_since
-- Which of some codes had a version opened or closed by a change after a revision, in byte order.
select distinct c.code collate "C" as code
from cell c
join change opened on opened.change_id = c.opened_by
left join change closed on closed.change_id = c.closed_by
where c.scheme_id = %(scheme_id)s and c.code = any(%(codes)s::text[])
  and (opened.revision > %(revision)s or closed.revision > %(revision)s)
order by code

-- name: later_versions_of
-- The versions of some cells (rank, code), as known now, that begin or end after a day.
select c.rank, c.code, min(case when lower(c.valid) > %(on)s::date then lower(c.valid) else upper(c.valid) end) as turn
from cell c
where c.scheme_id = %(scheme_id)s and c.code = any(%(codes)s::text[]) and upper_inf(c.recorded)
  and (c.rank, c.code) in (select * from unnest(%(ranks)s::smallint[], %(codes)s::text[]))
  and (lower(c.valid) > %(on)s::date or upper(c.valid) > %(on)s::date)
group by c.rank, c.code
order by c.rank desc, c.code collate "C"

-- name: turns_of_edges
-- How many outlines and allowed gaps, as known now, begin or end after a day.
select (select count(*) from outline where scheme_id = %(scheme_id)s and upper_inf(recorded) and (lower(valid) > %(on)s::date or upper(valid) > %(on)s::date))
     + (select count(*) from allowed_gap where scheme_id = %(scheme_id)s and upper_inf(recorded) and (lower(valid) > %(on)s::date or upper(valid) > %(on)s::date))
       as turns

-- name: outline_source
-- Where the declared outline of a day came from; one drawn in a file comes before one taken from a level.
select source
from outline
where scheme_id = %(scheme_id)s and valid @> %(on)s::date and recorded @> %(known_at)s::timestamptz
order by source, outline_id desc
limit 1

-- name: touched_since
-- The codes of what a change opened that is no longer known as it was: cells in byte order, the outline and gaps as empty texts.
select c.code collate "C" as code
from cell c
where c.opened_by = %(change_id)s and not upper_inf(c.recorded) and not exists (
    select from cell n
    where n.scheme_id = c.scheme_id and n.rank = c.rank and n.code = c.code and upper_inf(n.recorded) and n.valid = c.valid
      and n.name = c.name and n.parent_code is not distinct from c.parent_code and st_asbinary(n.geometry) = st_asbinary(c.geometry)
)
union
select ''
from outline o
where o.opened_by = %(change_id)s and not upper_inf(o.recorded) and not exists (
    select from outline n
    where n.scheme_id = o.scheme_id and n.source = o.source and upper_inf(n.recorded) and n.valid = o.valid
      and st_asbinary(n.geometry) = st_asbinary(o.geometry)
)
union
select ''
from allowed_gap g
where g.opened_by = %(change_id)s and not upper_inf(g.recorded) and not exists (
    select from allowed_gap n
    where n.scheme_id = g.scheme_id and upper_inf(n.recorded) and n.valid = g.valid and st_asbinary(n.geometry) = st_asbinary(g.geometry)
)
order by code

-- name: versions_closed
-- What a change closed, as it stood on its day: codes in byte order.
select c.version_id, c.rank, l.key as level, c.code, c.parent_code, c.name, c.geometry, c.area_m2,
       lower(c.valid) as valid_from, upper(c.valid) as valid_to
from cell c
join level l on l.scheme_id = c.scheme_id and l.rank = c.rank
where c.closed_by = %(change_id)s and c.valid @> %(on)s::date
order by c.rank desc, c.code collate "C"

-- name: versions_opened
-- What a change opened from its day on, each with why: codes in byte order.
select c.version_id, c.rank, l.key as level, c.code, c.parent_code, c.name, c.geometry, c.area_m2,
       lower(c.valid) as valid_from, upper(c.valid) as valid_to, c.cause
from cell c
join level l on l.scheme_id = c.scheme_id and l.rank = c.rank
where c.opened_by = %(change_id)s and lower(c.valid) = %(on)s::date
order by c.rank desc, c.code collate "C"
