-- How the grids of two days differ, as known at one instant ('infinity' = now). Only versions that begin or end between the days are looked at.

-- name: changed_cells
-- A page of the cells that are not the same on both days, upper levels first, then by code, behind (after_rank, after_code); without ground.
with turned as (
    select distinct c.rank, c.code
    from cell c
    where c.scheme_id = %(scheme_id)s
      and (%(rank)s::smallint is null or c.rank = %(rank)s::smallint)
      and (%(codes)s::text[] is null or c.code = any(%(codes)s::text[]))
      and ((lower(c.valid) > %(first)s::date and lower(c.valid) <= %(last)s::date) or (upper(c.valid) > %(first)s::date and upper(c.valid) <= %(last)s::date))
      and lower(c.recorded) <= %(known_at)s::timestamptz and (upper_inf(c.recorded) or upper(c.recorded) > %(known_at)s::timestamptz)
      and (
          %(after_rank)s::smallint is null or c.rank < coalesce(%(after_rank)s::smallint, 0)
          or (c.rank = %(after_rank)s::smallint and c.code collate "C" > %(after_code)s::text collate "C")
      )
), pair as (
    select turned.rank, turned.code, old.version_id as old_id, new.version_id as new_id,
           old.geometry is distinct from new.geometry as moves, old.name is distinct from new.name as renamed,
           old.parent_code is distinct from new.parent_code as passed,
           %(west)s::float8 is null
               or coalesce(old.geometry && st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4490), false)
               or coalesce(new.geometry && st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4490), false) as is_in_box
    from turned
    left join cell old
      on old.scheme_id = %(scheme_id)s and old.rank = turned.rank and old.code = turned.code
     and lower(old.valid) <= %(day_a)s::date and (upper_inf(old.valid) or upper(old.valid) > %(day_a)s::date)
     and lower(old.recorded) <= %(known_at)s::timestamptz and (upper_inf(old.recorded) or upper(old.recorded) > %(known_at)s::timestamptz)
    left join cell new
      on new.scheme_id = %(scheme_id)s and new.rank = turned.rank and new.code = turned.code
     and lower(new.valid) <= %(day_b)s::date and (upper_inf(new.valid) or upper(new.valid) > %(day_b)s::date)
     and lower(new.recorded) <= %(known_at)s::timestamptz and (upper_inf(new.recorded) or upper(new.recorded) > %(known_at)s::timestamptz)
)
select pair.rank, pair.code, pair.old_id, pair.new_id, pair.moves,
       array(
           select distinct coalesce(c.cause, 'redraw')
           from cell c
           where c.scheme_id = %(scheme_id)s and c.rank = pair.rank and c.code = pair.code
             and lower(c.valid) > %(first)s::date and lower(c.valid) <= %(last)s::date
             and lower(c.recorded) <= %(known_at)s::timestamptz and (upper_inf(c.recorded) or upper(c.recorded) > %(known_at)s::timestamptz)
       ) as causes
from pair
where (pair.old_id is not null or pair.new_id is not null) and (pair.moves or pair.renamed or pair.passed) and pair.is_in_box
order by pair.rank desc, pair.code collate "C"
limit %(limit)s

-- name: versions
-- Some versions with their ground.
select version_id, rank, code, parent_code, name, area_m2, geometry from cell where version_id = any(%(version_ids)s::bigint[])

-- name: turned_near
-- The codes of a rank with a version that begins or ends between the days and whose box meets that of one of some versions.
select distinct near.code
from cell own
join cell near
  on near.geometry && own.geometry
 and near.rank = %(rank)s::smallint
 and near.scheme_id = own.scheme_id
 and ((lower(near.valid) > %(first)s::date and lower(near.valid) <= %(last)s::date)
      or (upper(near.valid) > %(first)s::date and upper(near.valid) <= %(last)s::date))
 and lower(near.recorded) <= %(known_at)s::timestamptz and (upper_inf(near.recorded) or upper(near.recorded) > %(known_at)s::timestamptz)
where own.version_id = any(%(version_ids)s::bigint[])
