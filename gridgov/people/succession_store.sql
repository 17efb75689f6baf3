-- Assignments when their cells end: read as known at an instant ('infinity' = now), handed over at the instant of a change, and taken back.

-- name: posts
-- The assignments of some cells with a day on or after one, as known at an instant: by cell, own right before stand-ins.
select assignment.assignment_id, assignment.cell_code as cell, assignment.person_id as person, person.name as person_name, assignment.role,
       assignment.line, lower(assignment.valid) as first_day, upper(assignment.valid) as end_day, assignment.stand_in_for, assignment.mandate
from assignment
join person on person.person_id = assignment.person_id
where assignment.scheme_id = %(scheme_id)s and assignment.cell_code = any(%(codes)s::text[])
  and (upper_inf(assignment.valid) or upper(assignment.valid) > %(day)s::date)
  and assignment.recorded @> %(known_at)s::timestamptz
order by assignment.cell_code collate "C", assignment.line collate "C", assignment.stand_in_for is not null, assignment.role collate "C",
         assignment.person_id collate "C", lower(assignment.valid), assignment.assignment_id;

-- name: close_posts
-- Ends the knowledge of assignments and keeps, as known from now on, their days before the change.
with closed as (
    update assignment
    set recorded = tstzrange(lower(recorded), %(at)s), closed_by = %(actor)s
    where assignment_id = any(%(assignment_ids)s::bigint[]) and upper_inf(recorded)
    returning scheme_id, cell_code, person_id, role, line, stand_in_for, mandate, valid
)
insert into assignment (scheme_id, cell_code, person_id, role, line, stand_in_for, mandate, valid, recorded, opened_by)
select scheme_id, cell_code, person_id, role, line, stand_in_for, mandate, valid * daterange(null, %(day)s::date), tstzrange(%(at)s, null), %(actor)s
from closed
where not isempty(valid * daterange(null, %(day)s::date));

-- name: open_post
-- An assignment known from the instant of the change on.
insert into assignment (scheme_id, cell_code, person_id, role, line, stand_in_for, mandate, valid, recorded, opened_by)
values (
    %(scheme_id)s, %(cell)s, %(person)s, %(role)s, %(line)s, %(stand_in_for)s, %(mandate)s,
    daterange(%(first_day)s::date, %(end_day)s::date), tstzrange(%(at)s, null), %(actor)s
);

-- name: forget_posts
-- Ends the knowledge of all assignments that were opened at an instant, which is one change's alone.
update assignment
set recorded = tstzrange(lower(recorded), %(at)s), closed_by = %(actor)s
where scheme_id = %(scheme_id)s and lower(recorded) = %(written_at)s and upper_inf(recorded);

-- name: restore_posts
-- Makes known again, for all their days, the assignments that were closed at an instant, which is one change's alone.
insert into assignment (scheme_id, cell_code, person_id, role, line, stand_in_for, mandate, valid, recorded, opened_by)
select scheme_id, cell_code, person_id, role, line, stand_in_for, mandate, valid, tstzrange(%(at)s, null), %(actor)s
from assignment
where scheme_id = %(scheme_id)s and upper(recorded) = %(written_at)s;

-- name: codes_beside
-- Which of some codes stay in force on a day with a cell of another level than those that end, as known at an instant.
select distinct cell.code
from cell
where cell.scheme_id = %(scheme_id)s and cell.code = any(%(codes)s::text[])
  and (cell.rank, cell.code) not in (select * from unnest(%(ranks)s::smallint[], %(codes)s::text[]))
  and lower(cell.valid) <= %(day)s::date and (upper_inf(cell.valid) or upper(cell.valid) > %(day)s::date)
  and lower(cell.recorded) <= %(known_at)s::timestamptz and (upper_inf(cell.recorded) or upper(cell.recorded) > %(known_at)s::timestamptz);

-- name: accounts_bound
-- The accounts that are bound to one of some cells, by cell and name; none that is disabled.
select username, cell_code as cell
from account
where cell_code = any(%(codes)s::text[]) and disabled_at is null
order by cell_code collate "C", username collate "C";
