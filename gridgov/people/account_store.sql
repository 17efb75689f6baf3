-- name: accounts
-- Accounts with whom they are linked to and how many sessions and tokens run, names in byte order; a page after a name.
select account.username, account.role, account.cell_code, account.person_id, person.name as person_name, account.disabled_at, account.created_at,
       account.password_changed_at, account.sample,
       case when account.locked_until > clock_timestamp() then account.locked_until end as locked_until,
       (select count(*) from session
        where session.username = account.username and session.revoked_at is null and session.expires_at > clock_timestamp()) as sessions,
       (select count(*) from api_token
        where api_token.username = account.username and api_token.revoked_at is null and api_token.expires_at > clock_timestamp()) as tokens
from account
left join person on person.person_id = account.person_id
where (%(username)s::text is null or account.username = %(username)s::text)
  and (%(after)s::text is null or account.username collate "C" > %(after)s::text)
  and (%(part)s::text is null or strpos(account.username, %(part)s::text) > 0 or strpos(person.name, %(part)s::text) > 0)
order by account.username collate "C"
limit %(limit)s;

-- name: lock_administrators
-- The accounts that can manage accounts, held until the end of the transaction: two of them cannot demote each other at once.
select username from account where role = 'admin' and disabled_at is null order by username collate "C" for update;

-- name: lock_account
-- An account, held until the end of the transaction.
select username, role, cell_code, person_id, disabled_at is not null as disabled from account where username = %(username)s for update;

-- name: change_account
-- What an administrator changes of an account; the day of its disabling stays when it was disabled before.
update account
set role = %(role)s, cell_code = %(cell)s, person_id = %(person)s,
    disabled_at = case when %(disabled)s then coalesce(disabled_at, clock_timestamp()) end
where username = %(username)s;

-- name: set_password
-- Another password; wrong ones before it are forgotten.
update account
set password_hash = %(password_hash)s, password_changed_at = clock_timestamp(), failed_attempts = 0, locked_until = null
where username = %(username)s;

-- name: end_sessions
-- End every running session of an account but the one of this secret (null = all of them).
update session set revoked_at = clock_timestamp()
where username = %(username)s and revoked_at is null and expires_at > clock_timestamp()
  and (%(kept)s::bytea is null or token_hash <> %(kept)s::bytea);

-- name: end_tokens
-- End every running token of an account.
update api_token set revoked_at = clock_timestamp()
where username = %(username)s and revoked_at is null and expires_at > clock_timestamp();

-- name: add_token
-- A token, known by its number and by the hash of its secret.
insert into api_token (token_hash, username, name, expires_at)
values (%(token_hash)s, %(username)s, %(name)s, %(expires_at)s)
returning token_id;

-- name: tokens
-- An account's tokens that nobody ended, newest first; a page after a number.
select token_id, name, created_at, expires_at, last_used_at
from api_token
where username = %(username)s and revoked_at is null and (%(after)s::bigint is null or token_id < %(after)s::bigint)
order by token_id desc
limit %(limit)s;

-- name: running_tokens
-- How many tokens of an account run.
select count(*) as running from api_token where username = %(username)s and revoked_at is null and expires_at > clock_timestamp();

-- name: token_holder
-- Whose token it is, if it still runs and the account is not disabled.
select api_token.token_id, api_token.expires_at, api_token.last_used_at,
       account.username, account.role, account.cell_code, account.person_id
from api_token
join account on account.username = api_token.username
where api_token.token_hash = %(token_hash)s and api_token.revoked_at is null and api_token.expires_at > clock_timestamp()
  and account.disabled_at is null;

-- name: note_use
-- That a token was used, once a minute however many use it at once.
update api_token set last_used_at = clock_timestamp()
where token_id = %(token_id)s and (last_used_at is null or last_used_at <= clock_timestamp() - %(every)s::interval);

-- name: revoke_token
-- End a token that nobody ended.
update api_token set revoked_at = clock_timestamp()
where token_id = %(token_id)s and username = %(username)s and revoked_at is null
returning token_id;
