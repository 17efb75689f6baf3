-- What readers search among the siting checks.

-- name: search_checks
-- The checks whose project's name holds a text or whose id begins with it, the latest first; asked_by null = everybody's.
with hit as (
    select check_id, verdict, document, on_day, asked_at, request #>> '{project,name}' as name
    from siting_check
    where %(asked_by)s::text is null or asked_by = %(asked_by)s::text
)
select check_id, verdict, document, on_day, name
from hit
where check_id::text like %(begins)s::text
   or lower(case when name is nfkc normalized then name else normalize(name, nfkc) end) like %(holds)s::text
order by asked_at desc, check_id
limit %(limit)s
