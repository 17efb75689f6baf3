-- name: cell_on
-- The cell of a code in force on a day as known now; highest level first when two levels share the code.
select cell.code, cell.name, cell.rank
from cell
where cell.scheme_id = %(scheme_id)s and cell.code = %(code)s and cell.valid @> %(on)s::date and upper_inf(cell.recorded)
order by cell.rank desc
limit 1;

-- name: cell_period
-- First and last day a code was ever in force, to say why it is not on another day; no row = never known.
select min(lower(valid)) as first_day, max(upper(valid)) as end_day, bool_or(upper_inf(valid)) as runs
from cell
where scheme_id = %(scheme_id)s and code = %(code)s and upper_inf(recorded)
having count(*) > 0;

-- name: cell_ends
-- The day on which a code ends that is in force on a first day, when that is before an end day (null = until further notice).
select upper(run.days) as end_day
from (
    select unnest(range_agg(valid)) as days
    from cell
    where scheme_id = %(scheme_id)s and code = %(code)s and upper_inf(recorded)
) as run
where run.days @> %(first_day)s::date and not upper_inf(run.days) and (%(end_day)s::date is null or upper(run.days) < %(end_day)s::date);

-- name: cell_anywhere
-- Whether any scheme has a cell of this code in force on the day.
select true as found
from cell
where code = %(code)s and valid @> %(on)s::date and upper_inf(recorded)
limit 1;

-- name: person
-- A person by id.
select person_id, name from person where person_id = %(person_id)s;

-- name: add_person
-- A person not known yet; two first mentions at once give one person.
insert into person (person_id, name) values (%(person_id)s, %(name)s) on conflict (person_id) do nothing;

-- name: same_assignment
-- The same person in the same role for the same line and cell on any common day, as known now.
select assignment_id, lower(valid) as first_day, upper(valid) as end_day
from assignment
where scheme_id = %(scheme_id)s and cell_code = %(cell)s and person_id = %(person)s and role = %(role)s and line = %(line)s
  and valid && daterange(%(first_day)s::date, %(end_day)s::date) and upper_inf(recorded)
order by lower(valid)
limit 1;

-- name: add_assignment
-- A new assignment, known from now on.
insert into assignment (scheme_id, cell_code, person_id, role, line, stand_in_for, mandate, valid, recorded, opened_by)
values (
    %(scheme_id)s, %(cell)s, %(person)s, %(role)s, %(line)s, %(stand_in_for)s, %(mandate)s,
    daterange(%(first_day)s::date, %(end_day)s::date), tstzrange(clock_timestamp(), null), %(actor)s
)
returning assignment_id;

-- name: responsible
-- Who answers for any of these cells on a day as known at a time; cells in the order given, own right before stand-ins.
select assignment.cell_code as cell, assignment.person_id, person.name as person_name, assignment.role, assignment.line,
       lower(assignment.valid) as first_day, upper(assignment.valid) as end_day,
       assignment.stand_in_for, deputised.name as stand_in_for_name, assignment.mandate
from assignment
join person on person.person_id = assignment.person_id
left join person as deputised on deputised.person_id = assignment.stand_in_for
where assignment.scheme_id = %(scheme_id)s and assignment.cell_code = any(%(codes)s::text[])
  and assignment.valid @> %(on)s::date
  and assignment.recorded @> %(known_at)s::timestamptz
order by array_position(%(codes)s::text[], assignment.cell_code), assignment.line collate "C",
         assignment.stand_in_for is not null, assignment.role collate "C", assignment.person_id collate "C";

-- name: account_locked_for_sign_in
-- An account with its secret, held until the end of the transaction so that guesses at one account queue up and every one is counted; none that is disabled.
select username, role, cell_code, person_id, password_hash, failed_attempts, locked_until
from account
where username = %(username)s and disabled_at is null
for update;

-- name: account_exists
-- Whether the name is taken.
select true as found from account where username = %(username)s;

-- name: add_account
-- A new account.
insert into account (username, role, cell_code, person_id, password_hash, sample)
values (%(username)s, %(role)s, %(cell)s, %(person)s, %(password_hash)s, %(sample)s);

-- name: set_standing
-- Failures in a row and until when the account is locked.
update account set failed_attempts = %(failures)s, locked_until = %(locked_until)s where username = %(username)s;

-- name: sample_accounts
-- Whether the database holds accounts of the sample, whose password is public.
select exists (select from account where sample) as found;

-- name: open_session
-- A session, known by the hash of its secret.
insert into session (token_hash, username, expires_at) values (%(token_hash)s, %(username)s, %(expires_at)s);

-- name: session_account
-- Whose session it is, if it still runs and the account is not disabled.
select account.username, account.role, account.cell_code, account.person_id, session.expires_at
from session
join account on account.username = session.username
where session.token_hash = %(token_hash)s and session.revoked_at is null and session.expires_at > clock_timestamp() and account.disabled_at is null;

-- name: close_session
-- End a session that still runs.
update session set revoked_at = clock_timestamp() where token_hash = %(token_hash)s and revoked_at is null
returning username;

-- name: forget_sessions
-- Sessions that ended more than a day ago say nothing any more.
delete from session where username = %(username)s and expires_at < clock_timestamp() - interval '1 day';

-- name: locate_many
-- Cells over each of a batch of points on its own day, top level first: the least leaf code in byte order, its parents by code; 'infinity' = known now.
with recursive point as (
    select ordinal, lon, lat, on_day
    from unnest(%(lons)s::float8[], %(lats)s::float8[], %(days)s::date[]) with ordinality as given(lon, lat, on_day, ordinal)
), chain as (
    select point.ordinal, point.on_day, leaf.*
    from point
    cross join lateral (
        select cell.rank, cell.code, cell.parent_code, cell.name, cell.version_id
        from cell
        where cell.scheme_id = %(scheme_id)s and cell.rank = 0
          and st_intersects(cell.geometry, st_setsrid(st_makepoint(point.lon, point.lat), 4490))
          and cell.valid @> point.on_day
          and cell.recorded @> %(known_at)s::timestamptz
        order by cell.code collate "C"
        limit 1
    ) as leaf
    union all
    select chain.ordinal, chain.on_day, parent.rank, parent.code, parent.parent_code, parent.name, parent.version_id
    from chain
    join cell as parent on parent.scheme_id = %(scheme_id)s and parent.rank = chain.rank + 1 and parent.code = chain.parent_code
     and parent.valid @> chain.on_day
     and parent.recorded @> %(known_at)s::timestamptz
)
select chain.ordinal, level.key as level, chain.code, chain.name, chain.version_id as version
from chain
join level on level.scheme_id = %(scheme_id)s and level.rank = chain.rank
order by chain.ordinal, chain.rank desc;
