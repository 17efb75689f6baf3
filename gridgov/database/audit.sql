-- name: lock_chain
-- The lock that makes writers of the chain queue, held until the transaction ends; answers with the time it was granted.
with lock as materialized (select pg_advisory_xact_lock(4490, 1))
select clock_timestamp() as at
from lock;

-- name: chain_head
-- The newest entry; read after the lock was granted, so that no other writer's entry can be missed.
select entry_id, hash from audit_entry order by entry_id desc limit 1;

-- name: append_entry
-- One entry at the end of the chain.
insert into audit_entry (entry_id, at, actor, action, subject, detail, previous_hash, hash)
values (%(entry_id)s, %(at)s, %(actor)s, %(action)s, %(subject)s, %(detail)s, %(previous_hash)s, %(hash)s);

-- name: entries
-- The whole chain in order, for the proof that nothing was changed or left out.
select entry_id, at, actor, action, subject, detail, previous_hash, hash from audit_entry order by entry_id;
