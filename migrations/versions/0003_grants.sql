-- gridgov_owner owns the queue too; gridgov_app works with it; its functions find their tables wherever they are called from.

do $$
declare
    owned record;
begin
    execute 'alter schema procrastinate owner to gridgov_owner';
    for owned in select relname from pg_class where relnamespace = 'procrastinate'::regnamespace and relkind = 'r' loop
        execute format('alter table procrastinate.%I owner to gridgov_owner', owned.relname);
    end loop;
    for owned in select typname from pg_type t where typnamespace = 'procrastinate'::regnamespace
        and (typtype = 'e' or (typtype = 'c' and (select relkind from pg_class where oid = t.typrelid) = 'c')) loop
        execute format('alter type procrastinate.%I owner to gridgov_owner', owned.typname);
    end loop;
    for owned in select oid::regprocedure as signature from pg_proc where pronamespace = 'procrastinate'::regnamespace loop
        execute format('alter function %s set search_path = procrastinate, pg_temp', owned.signature);
        execute format('alter function %s owner to gridgov_owner', owned.signature);
    end loop;
    for owned in select relname from pg_class where relnamespace = 'gridgov'::regnamespace
        and relname in ('upload', 'job', 'job_report', 'batch', 'batch_row') loop
        execute format('alter table gridgov.%I owner to gridgov_owner', owned.relname);
    end loop;
end
$$;

revoke all on schema procrastinate from public;
grant usage on schema procrastinate to gridgov_app;
grant select, insert, update, delete on all tables in schema procrastinate to gridgov_app;
grant usage on all sequences in schema procrastinate to gridgov_app;

grant select, insert, delete on gridgov.upload, gridgov.batch, gridgov.batch_row to gridgov_app;
grant select, insert on gridgov.job to gridgov_app;
grant update (state, done, total, message, result, error, attempt, cancel_requested, queue_id, started_at, finished_at) on gridgov.job to gridgov_app;
grant select, insert on gridgov.job_report to gridgov_app;
grant select on gridgov.job, gridgov.job_report, gridgov.batch, gridgov.batch_row, gridgov.upload to gridgov_read;
