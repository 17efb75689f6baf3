-- What is asked of who is in charge: lists of assignments, what one person holds, and the cells below one. A day is `on`, an instant of
-- knowledge `known_at` ('infinity' = now).

-- name: assignments
-- A page of the assignments of a scheme in force on a day, by cell code, behind (after_cell, after_id); the name of the cell, where it is in force.
with chosen as materialized (
    select assignment_id, scheme_id, cell_code, person_id, role, line, stand_in_for, mandate, lower(valid) as first_day, upper(valid) as end_day
    from assignment
    where scheme_id = %(scheme_id)s
      and (%(cell)s::text is null or cell_code = %(cell)s::text)
      and (%(person)s::text is null or person_id = %(person)s::text)
      and valid @> %(on)s::date
      and recorded @> %(known_at)s::timestamptz
      and (%(after_cell)s::text is null or (cell_code collate "C", assignment_id) > (%(after_cell)s::text collate "C", %(after_id)s::bigint))
    order by cell_code collate "C", assignment_id
    limit %(limit)s
)
select chosen.assignment_id, chosen.cell_code as cell, ground.name as cell_name, ground.level, chosen.person_id, person.name as person_name,
       chosen.role, chosen.line, chosen.first_day, chosen.end_day, chosen.stand_in_for, deputised.name as stand_in_for_name, chosen.mandate
from chosen
join person on person.person_id = chosen.person_id
left join person as deputised on deputised.person_id = chosen.stand_in_for
left join lateral (
    select cell.name, level.key as level
    from cell
    join level on level.scheme_id = cell.scheme_id and level.rank = cell.rank
    where cell.scheme_id = chosen.scheme_id and cell.code = chosen.cell_code
      and lower(cell.valid) <= %(on)s::date and (upper_inf(cell.valid) or upper(cell.valid) > %(on)s::date)
      and lower(cell.recorded) <= %(known_at)s::timestamptz
      and (upper_inf(cell.recorded) or upper(cell.recorded) > %(known_at)s::timestamptz)
    order by cell.rank desc
    limit 1
) as ground on true
order by chosen.cell_code collate "C", chosen.assignment_id;

-- name: held
-- What one person holds on a day in any scheme, own right before stand-ins.
select assignment.scheme_id, assignment.cell_code as cell, assignment.role, assignment.line, lower(assignment.valid) as first_day,
       upper(assignment.valid) as end_day, assignment.stand_in_for, deputised.name as stand_in_for_name, assignment.mandate
from assignment
left join person as deputised on deputised.person_id = assignment.stand_in_for
where assignment.person_id = %(person)s and assignment.valid @> %(on)s::date and assignment.recorded @> %(known_at)s::timestamptz
order by assignment.stand_in_for is not null, assignment.scheme_id, assignment.cell_code collate "C",
         assignment.line collate "C", assignment.role collate "C", assignment.assignment_id;

-- name: cell_and_below
-- A cell of a code, the highest level that has it, and every cell below it, in any scheme that has the code; upper levels first.
with recursive top as (
    select distinct on (cell.scheme_id) cell.scheme_id, cell.rank, cell.code
    from cell
    where cell.code = %(code)s and cell.valid @> %(on)s::date and cell.recorded @> %(known_at)s::timestamptz
    order by cell.scheme_id, cell.rank desc
), below as (
    select scheme_id, rank, code from top
    union all
    select child.scheme_id, child.rank, child.code
    from below
    join cell as child on child.scheme_id = below.scheme_id and child.rank = below.rank - 1 and child.parent_code = below.code
     and child.valid @> %(on)s::date and child.recorded @> %(known_at)s::timestamptz
)
select scheme_id, code as cell from below order by scheme_id, rank desc, code collate "C";
