-- What the map asks of the grids: shapes made simpler, kept per zoom and dated; derived from the cells as known now.

-- name: drawn
-- A state of a grid on a day: the scheme named, or the first one that is no overlay.
-- Days are compared by their bounds: opening the index on ranges takes longer than reading the few rows of a scheme.
select s.scheme_id, s.key, s.recorded_last, d.drawing_id, d.finest, d.west, d.south, d.east, d.north,
       array(select l.key from level l where l.scheme_id = s.scheme_id order by l.rank) as levels
from scheme s
left join cell_drawing d
  on d.scheme_id = s.scheme_id and lower(d.valid) <= %(on)s::date and (upper_inf(d.valid) or upper(d.valid) > %(on)s::date)
where case when %(scheme)s::text is null then not s.overlay else s.key = %(scheme)s::text end
order by s.scheme_id
limit 1

-- name: plan_once
-- The statement that follows is planned one way, and its plan kept.
set local plan_cache_mode = force_generic_plan

-- name: plan_each
-- Plans follow the values asked for again.
set local plan_cache_mode = force_custom_plan

-- name: level_sizes
-- How many cells each level has on a day, how large, and where the topmost are: a parent holds all its children.
with live as materialized (
    select version_id, rank, area_m2, parent_code is null as topmost
    from cell
    where scheme_id = %(scheme_id)s and upper_inf(recorded)
      and lower(valid) <= %(on)s::date and (upper_inf(valid) or upper(valid) > %(on)s::date)
), box as (
    select min(st_xmin(geometry)) as west, min(st_ymin(geometry)) as south, max(st_xmax(geometry)) as east, max(st_ymax(geometry)) as north
    from live
    join cell using (version_id)
    where live.topmost or live.rank = (select max(rank) from live)
)
select rank, count(*) as cells, sum(area_m2)::float8 as area_m2, west, south, east, north
from live
cross join box
group by rank, west, south, east, north

-- name: later_turns
-- The days after a day on which the cells in force change, as known now.
select distinct turn
from cell
cross join lateral (values (lower(valid)), (upper(valid))) as bound (turn)
where scheme_id = %(scheme_id)s and upper_inf(recorded) and turn > %(day)s::date
order by turn

-- name: first_day
-- The first day on which there are cells, as known now.
select min(lower(valid)) as day from cell where scheme_id = %(scheme_id)s and upper_inf(recorded)

-- name: undrawn
-- The schemes that have cells and are not drawn; %(all)s = every one with cells.
select key
from scheme s
where exists (select from cell c where c.scheme_id = s.scheme_id and upper_inf(c.recorded))
  and (%(all)s or not exists (select from cell_drawing d where d.scheme_id = s.scheme_id))

-- name: versions_of_change
-- The versions that a change opened or closed.
select version_id, rank, code from cell where opened_by = %(change_id)s
union
select version_id, rank, code from cell where closed_by = %(change_id)s

-- name: versions_turning
-- The versions, as known now, that begin or end on a day.
select version_id, rank, code
from cell
where scheme_id = %(scheme_id)s and upper_inf(recorded) and (lower(valid) = %(day)s::date or upper(valid) = %(day)s::date)

-- name: cells_along
-- The cells in force on a day, of ranks between two, whose outline meets the outline of any of the versions named.
with ground as materialized (
    -- What a change closes and what it keeps of it before its day are one ground.
    select distinct geometry from cell where version_id = any(%(version_ids)s) and rank >= %(lowest)s
), line as materialized (
    select st_boundary(geometry) as outline from ground
)
select distinct on (beside.version_id) beside.version_id, beside.rank, beside.code, beside.name, beside.geometry
from line
cross join lateral (
    select version_id, scheme_id, rank, code, name, geometry, valid, recorded from cell where rank = 0 and geometry && outline
    union all
    select version_id, scheme_id, rank, code, name, geometry, valid, recorded from cell where rank = 1 and geometry && outline
    union all
    select version_id, scheme_id, rank, code, name, geometry, valid, recorded from cell where rank = 2 and geometry && outline
    union all
    select version_id, scheme_id, rank, code, name, geometry, valid, recorded from cell where rank > 2 and geometry && outline
) as beside
where beside.rank between %(lowest)s and %(highest)s
  and beside.scheme_id = %(scheme_id)s
  and lower(beside.valid) <= %(on)s::date and (upper_inf(beside.valid) or upper(beside.valid) > %(on)s::date)
  and upper_inf(beside.recorded)
  and st_intersects(st_boundary(beside.geometry), outline)

-- name: cells_from
-- Every cell in force on a day from a rank upwards.
select version_id, rank, code, name, geometry
from cell
where scheme_id = %(scheme_id)s and rank >= %(lowest)s and valid @> %(on)s::date and upper_inf(recorded)
order by rank, code collate "C"

-- name: forget_shapes
-- Shapes of cells at zooms, drawn for days from a day on; ranks null = of all cells.
delete from cell_shape
where scheme_id = %(scheme_id)s and zoom = any(%(zooms)s) and lower(valid) >= %(day)s::date
  and (%(codes)s::text[] is null
       or (code = any(%(codes)s::text[]) and (rank, code) in (select * from unnest(%(ranks)s::smallint[], %(codes)s::text[]))))

-- name: shapes_over
-- Shapes of the same cells and zooms whose days hold a day, each with a digest of what is drawn.
select shape_id, rank, zoom, code, md5(convert_to(name, 'UTF8') || st_asbinary(geometry)) as digest, not upper_inf(valid) as ends
from cell_shape
where scheme_id = %(scheme_id)s and zoom = any(%(zooms)s) and valid @> %(day)s::date
  and (%(codes)s::text[] is null
       or (code = any(%(codes)s::text[]) and (rank, code) in (select * from unnest(%(ranks)s::smallint[], %(codes)s::text[]))))

-- name: end_shapes
-- Shapes drawn until a day; the day null = until further notice.
update cell_shape set valid = daterange(lower(valid), %(day)s::date) where shape_id = any(%(shape_ids)s)

-- name: copy_shapes
-- Shapes in bulk.
copy cell_shape (scheme_id, rank, zoom, code, name, geometry, label_x, label_y, valid) from stdin

-- name: forget_drawings
-- States drawn for days from a day on.
delete from cell_drawing where scheme_id = %(scheme_id)s and lower(valid) >= %(day)s::date

-- name: drawing_over
-- The state drawn on a day.
select drawing_id, finest, west, south, east, north
from cell_drawing
where scheme_id = %(scheme_id)s and valid @> %(day)s::date

-- name: end_drawing
-- The state drawn on a day, until that day; the end null = until further notice.
update cell_drawing set valid = daterange(lower(valid), %(until)s::date) where scheme_id = %(scheme_id)s and valid @> %(day)s::date

-- name: add_drawing
-- A state drawn from a day on.
insert into cell_drawing (scheme_id, finest, west, south, east, north, valid)
values (%(scheme_id)s, %(finest)s, %(west)s, %(south)s, %(east)s, %(north)s, daterange(%(day)s, null))

-- name: tile_shapes
-- The numbers of the shapes that a tile (metres, with its margin) shows on a day.
select shape_id as number
from cell_shape
where scheme_id = %(scheme_id)s::bigint and zoom = %(zoom)s::smallint and valid @> %(on)s::date
  and geometry && st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, 3857)
order by shape_id

-- name: tile_of_shapes
-- A tile of the shapes named, a layer a level, finest first, and the labels that stand in it.
with shown as materialized (
    select rank, code, name, label_x, label_y,
           st_asmvtgeom(geometry, st_makebox2d(st_point(%(west)s, %(south)s), st_point(%(east)s, %(north)s)), 4096, %(margin)s, true) as geom
    from cell_shape
    where shape_id = any(%(numbers)s)
),
named as materialized (
    select shown.rank, level.key, shown.code, shown.name, shown.label_x, shown.label_y, shown.geom
    from shown
    join level on level.scheme_id = %(scheme_id)s and level.rank = shown.rank
)
select layer.body from (
    select level.rank, (
        select st_asmvt(feature, level.key, 4096, 'geom')
        from (
            select code, name, geom from named where named.rank = level.rank and geom is not null order by code collate "C"
        ) as feature
    ) as body
    from level
    where level.scheme_id = %(scheme_id)s
    union all
    select 100, (
        select st_asmvt(feature, 'label', 4096, 'geom')
        from (
            select key as level, code, name,
                   st_asmvtgeom(st_point(label_x, label_y), st_makebox2d(st_point(%(west)s, %(south)s), st_point(%(east)s, %(north)s)), 4096, 0, false) as geom
            from named
            where label_x >= %(west)s and label_x < %(east)s and label_y > %(south)s and label_y <= %(north)s
            order by rank desc, code collate "C"
        ) as feature
    )
) as layer
order by layer.rank

-- name: tile_versions
-- The numbers of the versions whose own outline a tile (degrees, with its margin) shows on a day.
select version_id as number
from (
    select version_id, scheme_id, rank, valid, recorded from cell
    where rank = 0 and geometry && st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4490)
    union all
    select version_id, scheme_id, rank, valid, recorded from cell
    where rank = 1 and geometry && st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4490)
    union all
    select version_id, scheme_id, rank, valid, recorded from cell
    where rank = 2 and geometry && st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4490)
    union all
    select version_id, scheme_id, rank, valid, recorded from cell
    where rank > 2 and geometry && st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4490)
) as met
where scheme_id = %(scheme_id)s and rank >= %(lowest)s
  and lower(valid) <= %(on)s::date and (upper_inf(valid) or upper(valid) > %(on)s::date) and upper_inf(recorded)
order by version_id

-- name: tile_of_versions
-- A tile of the versions named, clipped in degrees: within so small a tile the plane is the degrees, scaled.
with box as (
    select st_makebox2d(st_point(%(west)s, %(south)s), st_point(%(east)s, %(north)s)) as bounds,
           st_makebox2d(st_point(%(west)s - %(width)s, %(south)s - %(height)s), st_point(%(east)s + %(width)s, %(north)s + %(height)s)) as around
),
named as materialized (
    select cell.rank, level.key, cell.code, cell.name,
           st_asmvtgeom(st_clipbybox2d(cell.geometry, around), bounds, 4096, %(margin)s, true) as geom
    from cell
    join level on level.scheme_id = cell.scheme_id and level.rank = cell.rank
    cross join box
    where version_id = any(%(numbers)s)
)
select layer.body from (
    select level.rank, (
        select st_asmvt(feature, level.key, 4096, 'geom')
        from (
            select code, name, geom from named where named.rank = level.rank and geom is not null order by code collate "C"
        ) as feature
    ) as body
    from level
    where level.scheme_id = %(scheme_id)s
    union all
    select 100, (
        select st_asmvt(feature, 'label', 4096, 'geom')
        from (
            select level.key as level, s.code, s.name,
                   st_asmvtgeom(
                       st_point(s.label_x, s.label_y), st_makebox2d(st_point(%(west_m)s, %(south_m)s), st_point(%(east_m)s, %(north_m)s)), 4096, 0, false
                   ) as geom
            from cell_shape s
            join level on level.scheme_id = s.scheme_id and level.rank = s.rank
            where s.shape_id = any(%(labels)s)
              and s.label_x >= %(west_m)s and s.label_x < %(east_m)s and s.label_y > %(south_m)s and s.label_y <= %(north_m)s
            order by s.rank desc, s.code collate "C"
        ) as feature
    )
) as layer
order by layer.rank

-- name: versions_by_code
-- The versions of the cells named that are in force on a day.
select version_id, rank, code
from cell
where scheme_id = %(scheme_id)s and valid @> %(on)s::date and upper_inf(recorded)
  and code = any(%(codes)s::text[]) and (rank, code) in (select * from unnest(%(ranks)s::smallint[], %(codes)s::text[]))

-- name: forget_all_shapes
-- Every shape of a scheme.
delete from cell_shape where scheme_id = %(scheme_id)s

-- name: forget_all_drawings
-- Every state drawn of a scheme.
delete from cell_drawing where scheme_id = %(scheme_id)s
