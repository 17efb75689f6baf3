-- name: lock_rulesets
-- lets one import of lists run at a time, until the transaction ends; answers when it is this one's turn
select pg_advisory_xact_lock(4490, hashtext('ruleset'));

-- name: register_ruleset
-- makes a list known under its key, once
insert into ruleset (key)
values (%(key)s)
on conflict (key) do nothing;

-- name: ruleset_id
-- the list of a key
select ruleset_id
from ruleset
where key = %(key)s;

-- name: add_edition
-- one edition of a list, as plain data
insert into ruleset_edition (ruleset_id, edition, effective_from, effective_to, document, sha256)
values (%(ruleset_id)s, %(edition)s, %(effective_from)s, %(effective_to)s, %(document)s::jsonb, %(sha256)s);

-- name: loaded_editions
-- every edition of every list, without its content
select ruleset.key as ruleset, ruleset_edition.edition, ruleset_edition.effective_from::text as effective_from, ruleset_edition.sha256
from ruleset_edition
join ruleset using (ruleset_id)
order by ruleset.key, ruleset_edition.effective_from;

-- name: documents
-- the content of every edition recorded by a moment (null = now), by list and day
select ruleset_edition.document::text as document
from ruleset_edition
join ruleset using (ruleset_id)
where %(known_at)s::timestamptz is null or ruleset_edition.recorded_at <= %(known_at)s
order by ruleset.key, ruleset_edition.effective_from;

-- name: stored_rules
-- every edition of every list with its content and since when it is known, by list and day
select ruleset_edition.document::text as document, ruleset_edition.recorded_at
from ruleset_edition
join ruleset using (ruleset_id)
order by ruleset.key, ruleset_edition.effective_from;
