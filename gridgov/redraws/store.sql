-- Redraws, what was done with them, and which cells came of which.

-- name: add_redraw
-- A new draft.
insert into redraw (scheme_id, effective_from, reason, document, base_revision, operations, successors, outcome, drafted_by)
values (
    %(scheme_id)s, %(effective_from)s, %(reason)s, %(document)s, %(base_revision)s, %(operations)s, %(successors)s, %(outcome)s, %(actor)s
)
returning redraw_id

-- name: save_redraw
-- The draft as it is now; nothing when it is no draft, or another save came first.
update redraw
set effective_from = %(effective_from)s, reason = %(reason)s, document = %(document)s, base_revision = %(base_revision)s,
    operations = %(operations)s, successors = %(successors)s, outcome = %(outcome)s, saved_at = clock_timestamp(), version = version + 1
where redraw_id = %(redraw_id)s and status = 'draft' and version = %(version)s

-- name: redraw
-- A redraw with its scheme, the scheme's present revision, and the change it wrote.
select r.redraw_id, r.scheme_id, s.key as scheme, s.revision as current_revision, r.status, r.effective_from, r.reason, r.document, r.base_revision,
       r.operations, r.successors, r.outcome, r.drafted_by, r.drafted_at, r.saved_at, r.version, r.change_id, r.withdrawn_change_id,
       c.revision as change_revision, c.at as change_at
from redraw r
join scheme s using (scheme_id)
left join change c on c.change_id = r.change_id
where r.redraw_id = %(redraw_id)s

-- name: lock_redraw
-- Keeps two acts on one redraw apart.
select redraw_id from redraw where redraw_id = %(redraw_id)s for update

-- name: list_redraws
-- A page of redraws, newest first, behind the last one given.
select r.redraw_id, r.scheme_id, s.key as scheme, s.revision as current_revision, r.status, r.effective_from, r.reason, r.document, r.base_revision,
       jsonb_array_length(r.operations) as operation_count, r.drafted_by, r.drafted_at, r.saved_at, r.version, r.change_id,
       c.revision as change_revision, c.at as change_at
from redraw r
join scheme s using (scheme_id)
left join change c on c.change_id = r.change_id
where (%(scheme_id)s::bigint is null or r.scheme_id = %(scheme_id)s::bigint)
  and (%(status)s::text is null or r.status = %(status)s::text)
  and (%(before)s::bigint is null or r.redraw_id < %(before)s::bigint)
order by r.redraw_id desc
limit %(limit)s

-- name: set_status
-- Where a redraw stands from now on.
update redraw set status = %(status)s where redraw_id = %(redraw_id)s

-- name: set_approved
-- The redraw as it was written, with the change that wrote it.
update redraw
set status = 'approved', operations = %(operations)s, outcome = %(outcome)s, base_revision = %(base_revision)s, change_id = %(change_id)s
where redraw_id = %(redraw_id)s

-- name: set_withdrawn
-- The redraw taken back before its day, with the change that took it back.
update redraw set status = 'withdrawn', withdrawn_change_id = %(change_id)s where redraw_id = %(redraw_id)s

-- name: add_event
-- What was done with a redraw.
insert into redraw_event (redraw_id, actor, action, note, version)
select redraw_id, %(actor)s, %(action)s, %(note)s, version from redraw where redraw_id = %(redraw_id)s

-- name: events
-- What was done with a redraw, in order.
select at, actor, action, note, version from redraw_event where redraw_id = %(redraw_id)s order by event_id

-- name: add_lineage
-- One code that ground passed to from another.
insert into lineage (scheme_id, change_id, rank, from_code, to_code, kind, area_m2)
values (%(scheme_id)s, %(change_id)s, %(rank)s, %(from_code)s, %(to_code)s, %(kind)s, %(area_m2)s)

-- name: undo_lineage
-- What a change said of descent is taken back by another.
update lineage set undone_by = %(undone_by)s where change_id = %(change_id)s

-- name: lineage_of_change
-- What a change said of descent, lowest level first.
select rank, from_code, to_code, kind, area_m2 from lineage where change_id = %(change_id)s order by lineage_id

-- name: same_person
-- Whether two accounts are of one person.
select exists (
    select from account one join account other on other.person_id = one.person_id
    where one.username = %(one)s and other.username = any(%(others)s::text[])
) as found
