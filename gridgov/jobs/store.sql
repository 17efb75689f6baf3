-- name: add_upload
-- One uploaded file.
insert into upload (upload_id, owner, filename, size, sha256, layers, expires_at)
values (%(upload_id)s, %(owner)s, %(filename)s, %(size)s, %(sha256)s, %(layers)s, clock_timestamp() + %(kept_for)s)
returning expires_at;

-- name: find_upload
-- An upload that has not expired.
select upload_id, owner, filename, size, sha256, layers, expires_at from upload
where upload_id = %(upload_id)s and expires_at > clock_timestamp();

-- name: held_uploads
-- How many files and bytes an account holds.
select count(*) as files, coalesce(sum(size), 0)::bigint as size from upload where owner = %(owner)s and expires_at > clock_timestamp();

-- name: drop_upload
-- An upload away, unless a job still reads it.
delete from upload
where upload_id = %(upload_id)s
    and not exists (select from job where job.upload_id = upload.upload_id and job.state in ('queued', 'running'))
    and not exists (select from job where job.state in ('queued', 'running') and job.options -> 'uploads' ? upload.upload_id::text);

-- name: drop_expired_uploads
-- Every expired upload away that no job still reads.
delete from upload
where expires_at <= clock_timestamp()
    and not exists (select from job where job.upload_id = upload.upload_id and job.state in ('queued', 'running'))
    and not exists (select from job where job.state in ('queued', 'running') and job.options -> 'uploads' ? upload.upload_id::text)
returning upload_id;

-- name: upload_ids
-- Every upload there is.
select upload_id from upload;

-- name: add_job
-- One job, waiting.
insert into job (job_id, kind, asked_by, asked_role, language, upload_id, filename, options)
values (%(job_id)s, %(kind)s, %(asked_by)s, %(asked_role)s, %(language)s, %(upload_id)s, %(filename)s, %(options)s);

-- name: enqueue
-- Puts a job into the queue in this very transaction; answers with its number there.
update job
set queue_id = (
    procrastinate.procrastinate_defer_jobs_v1(
        array[row('gridgov', 'gridgov.job', 0, %(lock)s, null, jsonb_build_object('job_id', %(job_id)s::uuid), null)::procrastinate.procrastinate_job_to_defer_v1]
    )
)[1]
where job_id = %(job_id)s;

-- name: find_job
-- One job.
select job_id, kind, asked_by, asked_role, language, upload_id, filename, options, state, done, total, message, result, error, attempt, cancel_requested,
    queued_at, started_at, finished_at
from job
where job_id = %(job_id)s;

-- name: lock_job
-- One job, held until the transaction ends.
select job_id, kind, asked_by, asked_role, language, upload_id, filename, options, state, done, total, message, result, error, attempt, cancel_requested,
    queued_at, started_at, finished_at
from job
where job_id = %(job_id)s
for update;

-- name: jobs
-- Jobs of some kinds that an account asked for, or everybody's, newest first, behind a key.
select job_id, kind, asked_by, asked_role, language, upload_id, filename, options, state, done, total, message, result, error, attempt, cancel_requested,
    queued_at, started_at, finished_at
from job
where kind = any (%(kinds)s)
    and (%(asked_by)s::text is null or asked_by = %(asked_by)s)
    and (%(after_at)s::timestamptz is null or (queued_at, job_id) < (%(after_at)s, %(after_id)s::uuid))
order by queued_at desc, job_id desc
limit %(limit)s;

-- name: begin_attempt
-- A job taken up once more.
update job
set state = 'running', attempt = attempt + 1, started_at = coalesce(started_at, clock_timestamp())
where job_id = %(job_id)s;

-- name: take_back_attempt
-- An attempt that was interrupted on purpose does not count.
update job set state = 'queued', attempt = attempt - 1
where job_id = %(job_id)s and attempt = %(attempt)s and state = 'running';

-- name: report_progress
-- How far an attempt came; no row when it is no longer the one that may say so.
update job
set done = %(done)s, total = %(total)s, message = %(message)s
where job_id = %(job_id)s and attempt = %(attempt)s and state = 'running' and not cancel_requested
returning job_id;

-- name: end_job
-- The end of an attempt; no row when it is no longer the one that may say so.
update job
set state = %(state)s, result = %(result)s, error = %(error)s, message = %(message)s, finished_at = clock_timestamp(),
    done = case when %(state)s = 'done' then coalesce(total, done) else done end
where job_id = %(job_id)s and attempt = %(attempt)s and state in ('queued', 'running') and (%(anyway)s or not cancel_requested)
returning job_id;

-- name: add_report
-- What an import found.
insert into job_report (job_id, report, candidate) values (%(job_id)s, %(report)s, %(candidate)s);

-- name: find_report
-- What an import found, without its shapes.
select report from job_report where job_id = %(job_id)s;

-- name: find_candidate
-- The shapes an import was about, as GeoJSON bytes.
select candidate from job_report where job_id = %(job_id)s;

-- name: request_cancel
-- Asks the job to stop at its next step.
update job set cancel_requested = true where job_id = %(job_id)s;

-- name: lost_jobs
-- Open jobs that nothing in the queue stands for any more.
select job_id, kind, asked_by from job
where state in ('queued', 'running') and not exists (
    select from procrastinate.procrastinate_jobs q where q.id = job.queue_id and q.status in ('todo', 'doing')
)
for update skip locked;

-- name: drop_ended_queue_entries
-- Entries of the queue away whose job ended; the job itself is kept.
delete from procrastinate.procrastinate_jobs q
where q.status not in ('todo', 'doing')
    and not exists (select from job where job.queue_id = q.id and job.state in ('queued', 'running'));
