-- What was published is never overwritten, whoever is logged in. A row that was published may only be closed.

create function gridgov.refuse_change() returns trigger
language plpgsql
as $$
begin
    raise exception 'gridgov: % is never changed or deleted', tg_table_name using errcode = 'GG001', table = tg_table_name;
end
$$;

-- Arguments = the columns that may change. Compared bit by bit, so that a geometry differing in its last digit counts.
create function gridgov.refuse_change_beside() returns trigger
language plpgsql
as $$
declare
    kept text;
    changed boolean;
begin
    select string_agg(format('row(($1).%1$I)::record *<> row(($2).%1$I)::record', attname), ' or ')
    into kept
    from pg_attribute
    where attrelid = tg_relid and attnum > 0 and not attisdropped and attname <> all (tg_argv);
    execute 'select ' || kept into changed using old, new;
    if changed then
        raise exception 'gridgov: % is never changed', tg_table_name using errcode = 'GG001', table = tg_table_name;
    end if;
    return new;
end
$$;

-- A bitemporal row ends being known once, at a later moment, by a named change, and nothing else about it changes.
create function gridgov.refuse_all_but_closing() returns trigger
language plpgsql
as $$
begin
    if lower(new.recorded) is distinct from lower(old.recorded)
        or not upper_inf(old.recorded) or upper_inf(new.recorded) or isempty(new.recorded)
        or old.closed_by is not null or new.closed_by is null then
        raise exception 'gridgov: % is only ever closed', tg_table_name using errcode = 'GG001', table = tg_table_name;
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
            ('audit_entry', null),
            ('change', null),
            ('layer', null),
            ('zone', null),
            ('zone_piece', null),
            ('ruleset', null),
            ('siting_check', null),
            -- The day on which an edition was repealed is learnt later.
            ('edition', 'effective_to'),
            ('ruleset_edition', 'effective_to'),
            ('cell', 'recorded, closed_by'),
            ('outline', 'recorded, closed_by'),
            ('allowed_gap', 'recorded, closed_by'),
            ('assignment', 'recorded, closed_by')
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
        if allowed like 'recorded%' then
            execute format(
                'create trigger %1$s_only_closed before update on gridgov.%1$I for each row execute function gridgov.refuse_all_but_closing()', guarded
            );
        end if;
    end loop;
end
$$;
