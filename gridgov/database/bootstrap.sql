-- name: role_exists
-- Whether a role of this name exists on the server.
select exists (select from pg_roles where rolname = %(name)s) as found;

-- name: database_exists
-- Whether a database of this name exists on the server.
select exists (select from pg_database where datname = %(name)s) as found;

-- name: create_role
-- A log-in without any right beyond what is granted to it.
create role {role} login nosuperuser nobypassrls nocreatedb nocreaterole noreplication connection limit -1 password {password};

-- name: alter_role
-- The same for a role that exists: its password follows the file.
alter role {role} login nosuperuser nobypassrls nocreatedb nocreaterole noreplication password {password};

-- name: create_database
-- An empty database that gridgov_owner may migrate.
create database {database} owner gridgov_owner;

-- name: create_any_database
-- An empty database of the log-in that makes it.
create database {database};

-- name: drop_database
-- The database away, whoever is logged in.
drop database if exists {database} with (force);

-- name: create_postgis
-- The extension with the geometry types.
create extension if not exists postgis with schema public;

-- name: create_btree_gist
-- The extension that lets numbers and text into an exclusion constraint.
create extension if not exists btree_gist with schema public;

-- name: close_public
-- Nobody makes objects in the schema of the extensions.
revoke create on schema public from public;

-- name: sample_users
-- How many accounts of the sample city exist.
select count(*) as found from gridgov.account where sample;

-- name: revision
-- The migration the database stands at; no row when none ran.
select version_num from gridgov.alembic_version;

-- name: sessions
-- Programs logged in to a database, other than this one.
select count(*) as found from pg_stat_activity where datname = %(name)s and pid <> pg_backend_pid();
