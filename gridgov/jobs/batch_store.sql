-- name: find_batch
-- What the rows of a batch have in common.
select columns, crs, shaped, fingerprint from batch where job_id = %(job_id)s;

-- name: drop_rows
-- The rows of a batch away: it begins anew.
delete from batch_row where job_id = %(job_id)s;

-- name: drop_batch
-- The batch away: it begins anew.
delete from batch where job_id = %(job_id)s;

-- name: add_batch
-- What the rows of a batch have in common.
insert into batch (job_id, columns, crs, shaped, fingerprint) values (%(job_id)s, %(columns)s, %(crs)s, %(shaped)s, %(fingerprint)s);

-- name: count_rows
-- How many rows of a batch were answered.
select count(*) as rows from batch_row where job_id = %(job_id)s;

-- name: add_rows
-- Answered rows, as text, one a line.
copy batch_row (job_id, row_number, name, verdict, answer, findings, columns, shape, lon, lat, west, south, east, north) from stdin;

-- name: verdicts
-- How many rows came out how, by the answers so far; the verdict null counts the rows with an error.
select verdict, count(*) as rows, coalesce(sum(jsonb_array_length(findings)), 0)::bigint as findings from batch_row
where job_id = %(job_id)s
group by verdict;

-- name: rows
-- Answered rows of one verdict ("error" = those with an error) or of any, in file order, behind a row.
select row_number, name, verdict, answer, lon, lat, west, south, east, north from batch_row
where job_id = %(job_id)s and row_number > %(after)s
    and (%(verdict)s::text is null or verdict = %(verdict)s or (%(verdict)s = 'error' and verdict is null))
order by row_number
limit %(limit)s;

-- name: every_row
-- Everything kept of a batch, in file order.
select row_number, name, verdict, answer, findings, columns, shape from batch_row where job_id = %(job_id)s order by row_number;
