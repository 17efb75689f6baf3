-- gridgov_owner owns and migrates. gridgov_app serves: it adds, and changes only what the guards allow; it makes no objects.
-- gridgov_read reads all but accounts and sessions.

do $$
declare
    owned record;
begin
    -- On another server the log-in may have made them for gridgov_owner.
    execute 'alter schema gridgov owner to gridgov_owner';
    for owned in select relname from pg_class where relnamespace = 'gridgov'::regnamespace and relkind = 'r' loop
        execute format('alter table gridgov.%I owner to gridgov_owner', owned.relname);
    end loop;
    for owned in select oid::regprocedure as signature from pg_proc where pronamespace = 'gridgov'::regnamespace loop
        execute format('alter function %s owner to gridgov_owner', owned.signature);
    end loop;
    execute format('revoke all on database %I from public', current_database());
    execute format('grant connect on database %I to gridgov_app, gridgov_read', current_database());
exception when insufficient_privilege then
    raise exception 'gridgov: % may not hand this database to gridgov_owner', current_user
        using errcode = 'GG002', hint = format(
            'As a superuser: alter database %I owner to gridgov_owner; grant gridgov_owner, gridgov_app to %I;', current_database(), current_user
        );
end
$$;

revoke all on schema gridgov from public;
grant usage on schema gridgov to gridgov_app, gridgov_read;

grant select on all tables in schema gridgov to gridgov_app, gridgov_read;
revoke all on gridgov.account, gridgov.session from gridgov_read;

grant insert on all tables in schema gridgov to gridgov_app;
revoke insert on gridgov.alembic_version from gridgov_app;

grant update (recorded, closed_by) on gridgov.cell, gridgov.outline, gridgov.allowed_gap, gridgov.assignment to gridgov_app;
grant update (revision, recorded_last) on gridgov.scheme to gridgov_app;
grant update (label, code_length) on gridgov.level to gridgov_app;
grant update (effective_to) on gridgov.edition, gridgov.ruleset_edition to gridgov_app;
grant update (name) on gridgov.person to gridgov_app;
grant update on gridgov.area_of_use, gridgov.account, gridgov.session to gridgov_app;
grant delete on gridgov.session to gridgov_app;
