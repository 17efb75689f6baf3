-- What readers ask of the grid. A day is `on`, an instant of knowledge `known_at` ('infinity' = now); both are compared by their bounds, so that
-- spatial and code indexes are taken and not the exclusion constraint's. Texts sort as the database sorts, in the cursor as in the list.

-- name: list_cells
-- A page of the cells in force on a day: upper levels first, then by code, behind (after_rank, after_code).
with chosen as materialized (
    select c.version_id
    from cell c
    where c.scheme_id = %(scheme_id)s
      and (%(rank)s::smallint is null or c.rank = %(rank)s::smallint)
      and (%(parent)s::text is null or c.parent_code = %(parent)s::text)
      and (%(west)s::float8 is null or st_intersects(c.geometry, st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4490)))
      and (
          %(named)s::text is null
          or c.code like %(coded)s::text
          or lower(case when c.name is nfkc normalized then c.name else normalize(c.name, nfkc) end) like %(named)s::text
      )
      and lower(c.valid) <= %(on)s::date and (upper_inf(c.valid) or upper(c.valid) > %(on)s::date)
      and lower(c.recorded) <= %(known_at)s::timestamptz and (upper_inf(c.recorded) or upper(c.recorded) > %(known_at)s::timestamptz)
      and (%(after_rank)s::smallint is null or c.rank <= %(after_rank)s::smallint)
      and (%(after_rank)s::smallint is null or c.rank < coalesce(%(after_rank)s::smallint, 0) or c.code > %(after_code)s::text)
      and (%(rank)s::smallint is null or %(after_code)s::text is null or c.code > %(after_code)s::text)
    order by c.rank desc, c.code
    limit %(limit)s
)
select c.version_id, c.rank, c.code, c.parent_code, c.name, c.area_m2, lower(c.valid) as valid_from, upper(c.valid) as valid_to,
       st_xmin(c.geometry) as west, st_ymin(c.geometry) as south, st_xmax(c.geometry) as east, st_ymax(c.geometry) as north,
       st_pointonsurface(c.geometry) as point, case when %(with_geometry)s then c.geometry end as geometry,
       (
           select count(*)
           from cell child
           where child.scheme_id = c.scheme_id and child.rank = c.rank - 1 and child.parent_code = c.code
             and lower(child.valid) <= %(on)s::date and (upper_inf(child.valid) or upper(child.valid) > %(on)s::date)
             and lower(child.recorded) <= %(known_at)s::timestamptz
             and (upper_inf(child.recorded) or upper(child.recorded) > %(known_at)s::timestamptz)
       ) as children
from chosen
join cell c using (version_id)
order by c.rank desc, c.code

-- name: cells_of_code
-- The cells of a code in force on a day, in some schemes: by scheme, upper levels first.
select c.version_id, c.scheme_id, c.rank, c.code, c.parent_code, c.name, c.area_m2, lower(c.valid) as valid_from, upper(c.valid) as valid_to,
       st_xmin(c.geometry) as west, st_ymin(c.geometry) as south, st_xmax(c.geometry) as east, st_ymax(c.geometry) as north,
       st_pointonsurface(c.geometry) as point, c.geometry,
       (
           select count(*)
           from cell child
           where child.scheme_id = c.scheme_id and child.rank = c.rank - 1 and child.parent_code = c.code
             and lower(child.valid) <= %(on)s::date and (upper_inf(child.valid) or upper(child.valid) > %(on)s::date)
             and lower(child.recorded) <= %(known_at)s::timestamptz
             and (upper_inf(child.recorded) or upper(child.recorded) > %(known_at)s::timestamptz)
       ) as children
from cell c
where c.scheme_id = any(%(scheme_ids)s::bigint[])
  and (%(rank)s::smallint is null or c.rank = %(rank)s::smallint)
  and c.code = %(code)s::text
  and lower(c.valid) <= %(on)s::date and (upper_inf(c.valid) or upper(c.valid) > %(on)s::date)
  and lower(c.recorded) <= %(known_at)s::timestamptz and (upper_inf(c.recorded) or upper(c.recorded) > %(known_at)s::timestamptz)
order by c.scheme_id, c.rank desc

-- name: cells_above
-- The cells above one, nearest first.
with recursive above as (
    select c.rank, c.code, c.parent_code, c.name
    from cell c
    where c.scheme_id = %(scheme_id)s and c.rank = %(rank)s::smallint and c.code = %(code)s::text
      and lower(c.valid) <= %(on)s::date and (upper_inf(c.valid) or upper(c.valid) > %(on)s::date)
      and lower(c.recorded) <= %(known_at)s::timestamptz and (upper_inf(c.recorded) or upper(c.recorded) > %(known_at)s::timestamptz)
    union all
    select c.rank, c.code, c.parent_code, c.name
    from above
    join cell c
      on c.scheme_id = %(scheme_id)s
     and c.rank = above.rank + 1
     and c.code = above.parent_code
     and lower(c.valid) <= %(on)s::date and (upper_inf(c.valid) or upper(c.valid) > %(on)s::date)
     and lower(c.recorded) <= %(known_at)s::timestamptz and (upper_inf(c.recorded) or upper(c.recorded) > %(known_at)s::timestamptz)
)
select rank, code, name from above order by rank

-- name: cells_beside
-- The other cells of a level whose closed polygon one meets.
select c.code, c.name, c.geometry
from cell c
where c.scheme_id = %(scheme_id)s and c.rank = %(rank)s::smallint and c.code <> %(code)s::text
  and st_intersects(c.geometry, st_setsrid(%(geometry)s::geometry, 4490))
  and lower(c.valid) <= %(on)s::date and (upper_inf(c.valid) or upper(c.valid) > %(on)s::date)
  and lower(c.recorded) <= %(known_at)s::timestamptz and (upper_inf(c.recorded) or upper(c.recorded) > %(known_at)s::timestamptz)
order by c.code

-- name: cells_over
-- The cells over a point, top level first: the least leaf code by ground, the levels above by code; the geometry of the leaf alone.
with recursive answer as (
    (
        select version_id, scheme_id, rank, code, parent_code, name, area_m2, valid, geometry::geometry as geometry
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
    select above.version_id, above.scheme_id, above.rank, above.code, above.parent_code, above.name, above.area_m2, above.valid, null::geometry
    from answer
    join cell above
      on above.scheme_id = answer.scheme_id
     and above.code = answer.parent_code
     and above.rank = answer.rank + 1
     and lower(above.valid) <= %(on)s::date and (upper_inf(above.valid) or upper(above.valid) > %(on)s::date)
     and lower(above.recorded) <= %(known_at)s::timestamptz
     and (upper_inf(above.recorded) or upper(above.recorded) > %(known_at)s::timestamptz)
)
select version_id, rank, code, name, area_m2, lower(valid) as valid_from, upper(valid) as valid_to, geometry
from answer
order by rank desc

-- name: cell_versions
-- Every version there ever was of a cell, with the change that recorded it.
select c.version_id, c.name, c.parent_code, c.area_m2, lower(c.valid) as valid_from, upper(c.valid) as valid_to,
       lower(c.recorded) as recorded_from, upper(c.recorded) as recorded_to, c.cause, change.kind, change.at, change.reason, change.revision
from cell c
join change on change.change_id = c.opened_by
where c.scheme_id = %(scheme_id)s and c.rank = %(rank)s::smallint and c.code = %(code)s::text
order by lower(c.valid), lower(c.recorded), c.version_id

-- name: levels_of_code
-- The levels on which some schemes ever knew a code, each with its last name: by scheme, upper levels first.
select distinct on (c.scheme_id, c.rank) c.scheme_id, c.rank, c.name
from cell c
where c.scheme_id = any(%(scheme_ids)s::bigint[]) and c.code = %(code)s::text and (%(rank)s::smallint is null or c.rank = %(rank)s::smallint)
order by c.scheme_id, c.rank desc, lower(c.recorded) desc, c.version_id desc

-- name: search_cells
-- The cells whose name holds a text or whose code begins with it: the same, then those that begin with it, then the shorter ones.
with hit as materialized (
    select c.version_id, c.scheme_id, c.rank, c.code, c.parent_code, c.name,
           lower(case when c.name is nfkc normalized then c.name else normalize(c.name, nfkc) end) as folded
    from cell c
    where (c.code like %(begins)s::text or lower(case when c.name is nfkc normalized then c.name else normalize(c.name, nfkc) end) like %(holds)s::text)
      and lower(c.valid) <= %(on)s::date and (upper_inf(c.valid) or upper(c.valid) > %(on)s::date)
      and upper_inf(c.recorded)
), best as (
    select hit.*, case when folded = %(text)s or code = %(text)s then 0 when folded like %(begins)s or code like %(begins)s then 1 else 2 end as place,
           case when code like %(begins)s then length(code) else length(name) end as size
    from hit
    order by place, size, rank desc, name, code, scheme_id
    limit %(limit)s
)
select best.scheme_id, best.rank, best.code, best.name, parent.name as parent_name,
       st_xmin(c.geometry) as west, st_ymin(c.geometry) as south, st_xmax(c.geometry) as east, st_ymax(c.geometry) as north,
       st_pointonsurface(c.geometry) as point
from best
join cell c using (version_id)
left join cell parent
  on parent.scheme_id = best.scheme_id and parent.rank = best.rank + 1 and parent.code = best.parent_code
 and lower(parent.valid) <= %(on)s::date and (upper_inf(parent.valid) or upper(parent.valid) > %(on)s::date) and upper_inf(parent.recorded)
order by best.place, best.size, best.rank desc, best.name, best.code, best.scheme_id
