-- Which cells came of which, as known now, through any number of redraws. A path goes on only with what happened later (or before) on it.

-- name: descendants
-- What became of a cell's ground: every step on from it, the first ones first.
with recursive step as (
    select l.lineage_id, l.to_code as far, r.effective_from as day, l.change_id, 1 as generation
    from lineage l
    join redraw r on r.change_id = l.change_id
    where l.scheme_id = %(scheme_id)s and l.rank = %(rank)s::smallint and l.from_code = %(code)s and l.undone_by is null
    union
    select l.lineage_id, l.to_code, r.effective_from, l.change_id, step.generation + 1
    from step
    join lineage l on l.scheme_id = %(scheme_id)s and l.from_code = step.far and l.rank = %(rank)s::smallint and l.undone_by is null
    join redraw r on r.change_id = l.change_id
    where (r.effective_from, l.change_id) > (step.day, step.change_id)
), edge as (
    select lineage_id, min(generation) as generation, min(day) as day from step group by lineage_id
)
select l.to_code as code, l.from_code as via, named.name, edge.generation, l.kind, edge.day, l.area_m2,
       change.kind as change_kind, change.at, change.reason, change.revision
from edge
join lineage l using (lineage_id)
join change using (change_id)
cross join lateral (
    select cell.name
    from cell
    where cell.scheme_id = l.scheme_id and cell.rank = l.rank and cell.code = l.to_code
    order by lower(cell.recorded) desc, cell.version_id desc
    limit 1
) as named
order by edge.day, l.change_id, edge.generation, l.from_code collate "C", l.to_code collate "C"

-- name: ancestors
-- Where a cell's ground came from: every step back from it, the last ones first.
with recursive step as (
    select l.lineage_id, l.from_code as far, r.effective_from as day, l.change_id, 1 as generation
    from lineage l
    join redraw r on r.change_id = l.change_id
    where l.scheme_id = %(scheme_id)s and l.rank = %(rank)s::smallint and l.to_code = %(code)s and l.undone_by is null
    union
    select l.lineage_id, l.from_code, r.effective_from, l.change_id, step.generation + 1
    from step
    join lineage l on l.scheme_id = %(scheme_id)s and l.to_code = step.far and l.rank = %(rank)s::smallint and l.undone_by is null
    join redraw r on r.change_id = l.change_id
    where (r.effective_from, l.change_id) < (step.day, step.change_id)
), edge as (
    select lineage_id, min(generation) as generation, min(day) as day from step group by lineage_id
)
select l.from_code as code, l.to_code as via, named.name, edge.generation, l.kind, edge.day, l.area_m2,
       change.kind as change_kind, change.at, change.reason, change.revision
from edge
join lineage l using (lineage_id)
join change using (change_id)
cross join lateral (
    select cell.name
    from cell
    where cell.scheme_id = l.scheme_id and cell.rank = l.rank and cell.code = l.from_code
    order by lower(cell.recorded) desc, cell.version_id desc
    limit 1
) as named
order by edge.day desc, l.change_id desc, edge.generation, l.from_code collate "C", l.to_code collate "C"
