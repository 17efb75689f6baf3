-- Accounts of persons, their disabling and programs' tokens; the duties that go with a role.

alter table gridgov.account add column person_id text;
alter table gridgov.account add column disabled_at timestamp with time zone;
alter table gridgov.account add column password_changed_at timestamp with time zone default clock_timestamp() not null;
alter table gridgov.account add constraint account_person_id_fkey foreign key (person_id) references gridgov.person (person_id);
update gridgov.account set password_changed_at = created_at;

create index ix_account_person_id on gridgov.account (person_id);

create table gridgov.api_token (
    token_id bigint generated always as identity,
    token_hash bytea not null,
    username text not null,
    name text not null,
    created_at timestamp with time zone default clock_timestamp() not null,
    expires_at timestamp with time zone not null,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    constraint api_token_pkey primary key (token_id),
    constraint api_token_token_hash_unique unique (token_hash),
    constraint api_token_username_fkey foreign key (username) references gridgov.account (username)
);

create index ix_api_token_username on gridgov.api_token (username);

create table gridgov.duty (
    duty_id bigint generated always as identity,
    role text not null,
    line text not null,
    level text,
    ordinal integer not null,
    text text not null,
    instrument text not null,
    article text,
    status text not null,
    valid daterange not null,
    recorded tstzrange not null,
    opened_by text not null,
    closed_by text,
    constraint duty_pkey primary key (duty_id),
    constraint duty_ordinal_positive check (ordinal > 0),
    constraint duty_status_known check (status in ('example', 'confirmed')),
    constraint duty_valid_has_first_day check (not isempty(valid) and lower_inc(valid) and not lower_inf(valid)),
    constraint duty_recorded_has_start check (not isempty(recorded) and not lower_inf(recorded)),
    constraint duty_closed_by_whom check ((closed_by is null) = upper_inf(recorded)),
    constraint duty_once_a_day exclude using gist (
        role with =, line with =, coalesce(level, '') with =, ordinal with =, valid with &&, recorded with &&
    )
);

create index duty_role_line on gridgov.duty (role, line);

-- A duty that was in force is never overwritten: it may only be closed.
create trigger duty_never_deleted before delete on gridgov.duty for each row execute function gridgov.refuse_change();
create trigger duty_never_truncated before truncate on gridgov.duty for each statement execute function gridgov.refuse_change();
create trigger duty_never_changed before update on gridgov.duty for each row execute function gridgov.refuse_change_beside(recorded, closed_by);
create trigger duty_only_closed before update on gridgov.duty for each row execute function gridgov.refuse_all_but_closing();

grant select, insert on gridgov.api_token, gridgov.duty to gridgov_app;
grant update (last_used_at, revoked_at) on gridgov.api_token to gridgov_app;
grant update (recorded, closed_by) on gridgov.duty to gridgov_app;
grant select on gridgov.duty to gridgov_read;
