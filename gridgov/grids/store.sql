-- Everything the grids ask of the database. A day is `on`, an instant of knowledge is `known_at` ('infinity' = now).

-- name: schemes
-- Every scheme in the order of registration.
select scheme_id, key, overlay, revision from scheme order by scheme_id

-- name: levels
-- The levels of every scheme, top level first.
select scheme_id, rank, key, label, code_length from level order by scheme_id, rank desc

-- name: insert_scheme
-- A new scheme without levels.
insert into scheme (key, overlay) values (%(key)s, %(overlay)s) returning scheme_id

-- name: insert_level
-- One level of a new scheme.
insert into level (scheme_id, rank, key, label, code_length) values (%(scheme_id)s, %(rank)s, %(key)s, %(label)s, %(code_length)s)

-- name: lock_scheme
-- The plan lock: held over the check and the write of every change. Rows that only refer to the scheme need not wait.
select scheme_id, revision from scheme where scheme_id = %(scheme_id)s for no key update

-- name: hold_scheme
-- Keeps every change out while the plan is read; readers do not wait for each other.
select scheme_id, revision from scheme where scheme_id = %(scheme_id)s for share

-- name: advance_plan
-- The instant and revision of a change, strictly later than the one before.
update scheme
set revision = revision + 1, recorded_last = greatest(clock_timestamp(), recorded_last + interval '1 microsecond')
where scheme_id = %(scheme_id)s
returning revision, recorded_last

-- name: insert_change
-- Who changed a scheme, when and why.
insert into change (scheme_id, at, actor, kind, reason, revision)
values (%(scheme_id)s, %(at)s, %(actor)s, %(kind)s, %(reason)s, %(revision)s)
returning change_id

-- name: cells_in_force
-- The versions in force on a day as known at an instant, top level first, codes in byte order; rank null = every level.
select c.version_id, c.rank, l.key as level, c.code, c.parent_code, c.name, c.geometry, c.area_m2,
       lower(c.valid) as valid_from, upper(c.valid) as valid_to
from cell c
join level l on l.scheme_id = c.scheme_id and l.rank = c.rank
where c.scheme_id = %(scheme_id)s
  and (%(rank)s::smallint is null or c.rank = %(rank)s::smallint)
  and c.valid @> %(on)s::date
  and c.recorded @> %(known_at)s::timestamptz
order by c.rank desc, c.code collate "C"

-- name: cells_without_ground
-- Codes and parents of the versions in force on a day, without their geometry.
select c.version_id, c.rank, c.code, c.parent_code, c.name
from cell c
where c.scheme_id = %(scheme_id)s
  and c.rank >= %(lowest_rank)s::smallint
  and c.valid @> %(on)s::date
  and c.recorded @> %(known_at)s::timestamptz
order by c.rank desc, c.code collate "C"

-- name: later_versions
-- What is known to begin or to end after a day.
select c.version_id, c.rank, l.key as level, c.code, c.parent_code, c.name, c.geometry, lower(c.valid) as valid_from, upper(c.valid) as valid_to
from cell c
join level l on l.scheme_id = c.scheme_id and l.rank = c.rank
where c.scheme_id = %(scheme_id)s
  and upper_inf(c.recorded)
  and (lower(c.valid) > %(on)s::date or upper(c.valid) > %(on)s::date)
order by c.rank desc, c.code collate "C", lower(c.valid)

-- name: ever_loaded
-- Whether the scheme ever had a cell.
select exists (select 1 from cell where scheme_id = %(scheme_id)s) as found

-- name: turning_days
-- The days on which the cells in force change, as known at an instant.
select lower(valid) as day from cell where scheme_id = %(scheme_id)s and recorded @> %(known_at)s::timestamptz
union
select upper(valid) from cell where scheme_id = %(scheme_id)s and recorded @> %(known_at)s::timestamptz and not upper_inf(valid)
order by day

-- name: close_versions
-- Ends the knowledge of versions and keeps, as known from now on, their days before the change.
with closed as (
    update cell
    set recorded = tstzrange(lower(recorded), %(at)s), closed_by = %(change_id)s
    where version_id = any(%(version_ids)s) and upper_inf(recorded)
    returning scheme_id, rank, code, parent_code, name, geometry, area_m2, valid, cause
)
insert into cell (scheme_id, rank, code, parent_code, name, geometry, area_m2, valid, recorded, opened_by, cause)
select scheme_id, rank, code, parent_code, name, geometry, area_m2, valid * daterange(null, %(day)s), tstzrange(%(at)s, null), %(change_id)s, cause
from closed
where not isempty(valid * daterange(null, %(day)s))

-- name: forget_versions
-- Ends the knowledge of all that a change opened, also where a change taken back since made it known anew.
update cell
set recorded = tstzrange(lower(cell.recorded), %(at)s), closed_by = %(undone_by)s
from cell opened
where opened.opened_by = %(change_id)s and upper_inf(cell.recorded)
  and (cell.scheme_id, cell.rank, cell.code, cell.valid) = (opened.scheme_id, opened.rank, opened.code, opened.valid)

-- name: restore_versions
-- Makes known again, for all their days, the versions that a change closed.
insert into cell (scheme_id, rank, code, parent_code, name, geometry, area_m2, valid, recorded, opened_by, cause)
select scheme_id, rank, code, parent_code, name, geometry, area_m2, valid, tstzrange(%(at)s, null), %(undone_by)s, cause
from cell
where closed_by = %(change_id)s

-- name: forget_outlines
-- Ends the knowledge of all outlines that a change opened, likewise.
update outline
set recorded = tstzrange(lower(outline.recorded), %(at)s), closed_by = %(undone_by)s
from outline opened
where opened.opened_by = %(change_id)s and upper_inf(outline.recorded)
  and (outline.scheme_id, outline.source, outline.valid) = (opened.scheme_id, opened.source, opened.valid)

-- name: restore_outlines
-- Makes known again, for all their days, the outlines that a change closed.
insert into outline (scheme_id, source, geometry, valid, recorded, opened_by)
select scheme_id, source, geometry, valid, tstzrange(%(at)s, null), %(undone_by)s
from outline
where closed_by = %(change_id)s

-- name: forget_gaps
-- Ends the knowledge of all allowed gaps that a change opened, likewise.
update allowed_gap
set recorded = tstzrange(lower(allowed_gap.recorded), %(at)s), closed_by = %(undone_by)s
from allowed_gap opened
where opened.opened_by = %(change_id)s and upper_inf(allowed_gap.recorded)
  and (allowed_gap.scheme_id, allowed_gap.valid) = (opened.scheme_id, opened.valid)
  and st_asbinary(allowed_gap.geometry) = st_asbinary(opened.geometry)

-- name: restore_gaps
-- Makes known again, for all their days, the allowed gaps that a change closed.
insert into allowed_gap (scheme_id, geometry, area_m2, reason, valid, recorded, opened_by)
select scheme_id, geometry, area_m2, reason, valid, tstzrange(%(at)s, null), %(undone_by)s
from allowed_gap
where closed_by = %(change_id)s

-- name: copy_cells
-- New versions, in bulk.
copy cell (scheme_id, rank, code, parent_code, name, geometry, area_m2, valid, recorded, opened_by, cause) from stdin

-- name: outline_in_force
-- The declared outline of a scheme on a day, one drawn in a file before one taken from a parent level.
select outline_id, source, geometry
from outline
where scheme_id = %(scheme_id)s and valid @> %(on)s::date and recorded @> %(known_at)s::timestamptz
order by source, outline_id desc
limit 1

-- name: close_outlines
-- Ends the knowledge of the outlines in force from a day on and keeps their days before it.
with closed as (
    update outline
    set recorded = tstzrange(lower(recorded), %(at)s), closed_by = %(change_id)s
    where scheme_id = %(scheme_id)s and upper_inf(recorded) and valid && daterange(%(day)s, null)
    returning scheme_id, source, geometry, valid
)
insert into outline (scheme_id, source, geometry, valid, recorded, opened_by)
select scheme_id, source, geometry, valid * daterange(null, %(day)s), tstzrange(%(at)s, null), %(change_id)s
from closed
where not isempty(valid * daterange(null, %(day)s))

-- name: insert_outline
-- An outline in force from a day on.
insert into outline (scheme_id, source, geometry, valid, recorded, opened_by)
values (%(scheme_id)s, %(source)s, st_setsrid(%(geometry)s::geometry, 4490), daterange(%(day)s, null), tstzrange(%(at)s, null), %(change_id)s)

-- name: gaps_in_force
-- The gaps that are allowed to stand on a day.
select gap_id, geometry, area_m2, reason
from allowed_gap
where scheme_id = %(scheme_id)s and valid @> %(on)s::date and recorded @> %(known_at)s::timestamptz
order by gap_id

-- name: close_gaps
-- Ends the knowledge of allowed gaps and keeps their days before the change.
with closed as (
    update allowed_gap
    set recorded = tstzrange(lower(recorded), %(at)s), closed_by = %(change_id)s
    where gap_id = any(%(gap_ids)s) and upper_inf(recorded)
    returning scheme_id, geometry, area_m2, reason, valid
)
insert into allowed_gap (scheme_id, geometry, area_m2, reason, valid, recorded, opened_by)
select scheme_id, geometry, area_m2, reason, valid * daterange(null, %(day)s), tstzrange(%(at)s, null), %(change_id)s
from closed
where not isempty(valid * daterange(null, %(day)s))

-- name: insert_gap
-- A gap that is allowed to stand from a day on.
insert into allowed_gap (scheme_id, geometry, area_m2, reason, valid, recorded, opened_by)
values (
    %(scheme_id)s, st_setsrid(%(geometry)s::geometry, 4490), %(area_m2)s, %(reason)s,
    daterange(%(day)s, null), tstzrange(%(at)s, null), %(change_id)s
)

-- name: plan_once
-- Planning a look-up costs three times its execution; `locate` leaves the planner one way, so its plan may be kept.
set local plan_cache_mode = force_generic_plan

-- name: locate
-- Who answers at a point: the least leaf code by ground, the levels above by code, top level first.
-- Days and instants are compared by their bounds, not by @>: the exclusion constraint's index would take it and read every cell in force.
with recursive answer as (
    (
        select version_id, scheme_id, rank, code, parent_code, name, valid
        from cell
        where rank = 0
          and st_intersects(geometry, st_setsrid(st_makepoint(%(lon)s, %(lat)s), 4490))
          and scheme_id = %(scheme_id)s
          and lower(valid) <= %(on)s::date and (upper_inf(valid) or upper(valid) > %(on)s::date)
          and lower(recorded) <= %(known_at)s::timestamptz and (upper_inf(recorded) or upper(recorded) > %(known_at)s::timestamptz)
        order by code collate "C"
        limit 1
    )
    union all
    select above.version_id, above.scheme_id, above.rank, above.code, above.parent_code, above.name, above.valid
    from answer
    join cell above
      on above.scheme_id = answer.scheme_id
     and above.code = answer.parent_code
     and above.rank = answer.rank + 1
     and lower(above.valid) <= %(on)s::date and (upper_inf(above.valid) or upper(above.valid) > %(on)s::date)
     and lower(above.recorded) <= %(known_at)s::timestamptz
     and (upper_inf(above.recorded) or upper(above.recorded) > %(known_at)s::timestamptz)
)
select version_id, rank, code, parent_code, name, lower(valid) as valid_from, upper(valid) as valid_to
from answer
order by rank desc

-- name: area_of_use
-- The box of what was imported.
select west, south, east, north from area_of_use

-- name: lock_area
-- Keeps two imports from growing the area at once.
select west, south, east, north from area_of_use for update

-- name: set_area
-- The area of use from now on.
insert into area_of_use (singleton, west, south, east, north)
values (true, %(west)s, %(south)s, %(east)s, %(north)s)
on conflict (singleton) do update set west = excluded.west, south = excluded.south, east = excluded.east, north = excluded.north

-- name: grow_area
-- The area of use widened to hold a box.
insert into area_of_use as area (singleton, west, south, east, north)
values (true, %(west)s, %(south)s, %(east)s, %(north)s)
on conflict (singleton) do update
set west = least(area.west, excluded.west), south = least(area.south, excluded.south),
    east = greatest(area.east, excluded.east), north = greatest(area.north, excluded.north)

-- name: leaf_cells_meeting
-- The leaf cells that a geometry meets on a day, codes in byte order.
select c.version_id, c.rank, l.key as level, c.code, c.parent_code, c.name, c.geometry, c.area_m2,
       lower(c.valid) as valid_from, upper(c.valid) as valid_to
from cell c
join level l on l.scheme_id = c.scheme_id and l.rank = c.rank
where c.rank = 0
  and st_intersects(c.geometry, st_setsrid(%(geometry)s::geometry, 4490))
  and c.scheme_id = %(scheme_id)s
  and c.valid @> %(on)s::date
  and c.recorded @> %(known_at)s::timestamptz
order by c.code collate "C"
