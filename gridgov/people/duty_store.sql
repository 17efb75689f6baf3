-- name: known_duties
-- What is known now of the duties of a role, line and level on any of these days.
select ordinal, text, instrument, article, status, lower(valid) as first_day, upper(valid) as end_day
from duty
where role = %(role)s and line = %(line)s and level is not distinct from %(level)s::text
  and valid && daterange(%(first_day)s::date, %(end_day)s::date) and upper_inf(recorded);

-- name: close_duties
-- Ends the knowledge of the duties of a role, line and level on these days and keeps, as known from now on, their days before and after.
with closed as (
    update duty
    set recorded = tstzrange(lower(recorded), %(at)s), closed_by = %(actor)s
    where role = %(role)s and line = %(line)s and level is not distinct from %(level)s::text
      and valid && daterange(%(first_day)s::date, %(end_day)s::date) and upper_inf(recorded)
    returning role, line, level, ordinal, text, instrument, article, status, valid
)
insert into duty (role, line, level, ordinal, text, instrument, article, status, valid, recorded, opened_by)
select role, line, level, ordinal, text, instrument, article, status, valid * kept.days, tstzrange(%(at)s, null), %(actor)s
from closed
cross join (
    select daterange(null, %(first_day)s::date) as days
    union all
    select daterange(%(end_day)s::date, null) where %(end_day)s::date is not null
) as kept
where not isempty(valid * kept.days);

-- name: add_duties
-- The duties of a list in their order, known from now on.
insert into duty (role, line, level, ordinal, text, instrument, article, status, valid, recorded, opened_by)
select %(role)s, %(line)s, %(level)s, given.ordinal, given.text, %(instrument)s, %(article)s, %(status)s,
       daterange(%(first_day)s::date, %(end_day)s::date), tstzrange(%(at)s, null), %(actor)s
from unnest(%(texts)s::text[]) with ordinality as given (text, ordinal);

-- name: duties_on
-- The duties in force on a day, as known at a time, of roles and lines paired by their place; in the order of their lists, every level's first.
select duty.role, duty.line, duty.level, duty.text, duty.instrument, duty.article, duty.status
from duty
join (select distinct role, line from unnest(%(roles)s::text[], %(lines)s::text[]) as pair (role, line)) as asked
  on asked.role = duty.role and asked.line = duty.line
where duty.valid @> %(on)s::date and duty.recorded @> %(known_at)s::timestamptz
order by duty.role collate "C", duty.line collate "C", duty.level collate "C" nulls first, duty.ordinal;
