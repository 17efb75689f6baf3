-- The private cluster makes these as its superuser beforehand. On another server they are made here when the log-in may, and
-- named when it may not.

create schema if not exists gridgov;

do $$
declare
    wanted text;
begin
    foreach wanted in array array['postgis', 'btree_gist'] loop
        if not exists (select from pg_extension where extname = wanted) then
            begin
                execute format('create extension %I with schema public', wanted);
            exception when insufficient_privilege then
                raise exception 'gridgov: extension % is missing', wanted
                    using errcode = 'GG002', hint = format('As a superuser of this database: create extension %s with schema public;', wanted);
            end;
        end if;
    end loop;
    foreach wanted in array array['gridgov_owner', 'gridgov_app', 'gridgov_read'] loop
        if not exists (select from pg_roles where rolname = wanted) then
            begin
                execute format('create role %I nologin nosuperuser nobypassrls nocreatedb nocreaterole', wanted);
                execute format('grant %I to current_user', wanted);
            exception when insufficient_privilege then
                raise exception 'gridgov: role % is missing', wanted
                    using errcode = 'GG002', hint = format('As a superuser: create role %s; grant %s to %s;', wanted, wanted, current_user);
            end;
        end if;
    end loop;
end
$$;
