-- Redraws with their events and lineage; changes numbered by the revision they made; why a version of a cell was opened.

-- Every change advanced its scheme by one, so their order is their number.
alter table gridgov.change add column revision integer;
alter table gridgov.change disable trigger change_never_changed;
update gridgov.change
set revision = numbered.revision
from (select change_id, row_number() over (partition by scheme_id order by change_id) as revision from gridgov.change) as numbered
where numbered.change_id = change.change_id;
alter table gridgov.change enable trigger change_never_changed;
alter table gridgov.change alter column revision set not null;
create unique index change_scheme_revision_unique on gridgov.change (scheme_id, revision);

-- Null = not of a redraw. A node-only version has the ground of the one before, with vertices its neighbours needed.
alter table gridgov.cell add column cause text;
alter table gridgov.cell add constraint cell_cause_known check (cause in ('redraw', 'node', 'rename', 'reparent'));

create table gridgov.redraw (
    redraw_id bigint generated always as identity,
    scheme_id bigint not null,
    status text default 'draft' not null,
    effective_from date not null,
    reason text not null,
    document text not null,
    base_revision integer not null,
    operations jsonb not null,
    successors jsonb not null,
    outcome jsonb not null,
    drafted_by text not null,
    drafted_at timestamp with time zone default clock_timestamp() not null,
    saved_at timestamp with time zone default clock_timestamp() not null,
    version integer default 1 not null,
    change_id bigint,
    withdrawn_change_id bigint,
    constraint redraw_pkey primary key (redraw_id),
    constraint redraw_status_known check (status in ('draft', 'submitted', 'approved', 'withdrawn')),
    constraint redraw_version_positive check (version > 0),
    constraint redraw_approved_is_written check (change_id is not null or status <> 'approved'),
    constraint redraw_withdrawn_was_written check (withdrawn_change_id is null or (change_id is not null and status = 'withdrawn')),
    constraint redraw_scheme_id_fkey foreign key (scheme_id) references gridgov.scheme (scheme_id),
    constraint redraw_change_id_fkey foreign key (change_id) references gridgov.change (change_id),
    constraint redraw_withdrawn_change_id_fkey foreign key (withdrawn_change_id) references gridgov.change (change_id)
);

create index redraw_scheme_status on gridgov.redraw (scheme_id, status);
create index ix_redraw_change_id on gridgov.redraw (change_id);
create index ix_redraw_withdrawn_change_id on gridgov.redraw (withdrawn_change_id);

create table gridgov.redraw_event (
    event_id bigint generated always as identity,
    redraw_id bigint not null,
    at timestamp with time zone default clock_timestamp() not null,
    actor text not null,
    action text not null,
    note text,
    version integer not null,
    constraint redraw_event_pkey primary key (event_id),
    constraint redraw_event_action_known check (action in ('drafted', 'saved', 'submitted', 'approved', 'rejected', 'withdrawn')),
    constraint redraw_event_redraw_id_fkey foreign key (redraw_id) references gridgov.redraw (redraw_id)
);

create index ix_redraw_event_redraw_id on gridgov.redraw_event (redraw_id);

create table gridgov.lineage (
    lineage_id bigint generated always as identity,
    scheme_id bigint not null,
    change_id bigint not null,
    rank smallint not null,
    from_code text not null,
    to_code text not null,
    kind text not null,
    area_m2 numeric(18, 2) not null,
    undone_by bigint,
    constraint lineage_pkey primary key (lineage_id),
    constraint lineage_kind_known check (kind in ('split', 'merge')),
    constraint lineage_scheme_id_fkey foreign key (scheme_id) references gridgov.scheme (scheme_id),
    constraint lineage_change_id_fkey foreign key (change_id) references gridgov.change (change_id),
    constraint lineage_undone_by_fkey foreign key (undone_by) references gridgov.change (change_id)
);

create index lineage_from on gridgov.lineage (scheme_id, from_code);
create index lineage_to on gridgov.lineage (scheme_id, to_code);
create index ix_lineage_change_id on gridgov.lineage (change_id);
create index ix_lineage_undone_by on gridgov.lineage (undone_by);

-- A redraw may be saved anew and passes from one state to the next; whose it is, of which grid and since when never changes.
create function gridgov.refuse_change_of_what_was_decided() returns trigger
language plpgsql
as $$
begin
    if old.status in ('approved', 'withdrawn') and (new.effective_from, new.reason, new.document, new.base_revision, new.operations, new.successors,
            new.outcome, new.saved_at, new.version) is distinct from (old.effective_from, old.reason, old.document, old.base_revision, old.operations, old.successors,
            old.outcome, old.saved_at, old.version) then
        raise exception 'gridgov: % was decided and is never changed', tg_table_name using errcode = 'GG001', table = tg_table_name;
    end if;
    if old.status = 'withdrawn' or (old.status = 'approved' and new.status <> 'withdrawn') then
        raise exception 'gridgov: % was decided and is never reopened', tg_table_name using errcode = 'GG001', table = tg_table_name;
    end if;
    return new;
end
$$;

do $$
declare
    guarded text;
    allowed text;
begin
    for guarded, allowed in
        values
            ('redraw', 'status, effective_from, reason, document, base_revision, operations, successors, outcome, saved_at, version, change_id, withdrawn_change_id'),
            ('redraw_event', null),
            ('lineage', 'undone_by')
    loop
        execute format(
            'create trigger %1$s_never_deleted before delete on gridgov.%1$I for each row execute function gridgov.refuse_change()', guarded
        );
        execute format(
            'create trigger %1$s_never_truncated before truncate on gridgov.%1$I for each statement execute function gridgov.refuse_change()', guarded
        );
        if allowed is null then
            execute format(
                'create trigger %1$s_never_changed before update on gridgov.%1$I for each row execute function gridgov.refuse_change()', guarded
            );
        else
            execute format(
                'create trigger %1$s_never_changed before update on gridgov.%1$I for each row execute function gridgov.refuse_change_beside(%2$s)',
                guarded, allowed
            );
        end if;
    end loop;
end
$$;

create trigger redraw_decided before update on gridgov.redraw for each row execute function gridgov.refuse_change_of_what_was_decided();

alter function gridgov.refuse_change_of_what_was_decided() owner to gridgov_owner;
alter table gridgov.redraw owner to gridgov_owner;
alter table gridgov.redraw_event owner to gridgov_owner;
alter table gridgov.lineage owner to gridgov_owner;

grant select, insert on gridgov.redraw, gridgov.redraw_event, gridgov.lineage to gridgov_app;
grant select on gridgov.redraw, gridgov.redraw_event, gridgov.lineage to gridgov_read;
grant update (
    status, effective_from, reason, document, base_revision, operations, successors, outcome, saved_at, version, change_id, withdrawn_change_id
) on gridgov.redraw to gridgov_app;
grant update (undone_by) on gridgov.lineage to gridgov_app;
