-- The two things the doorkeeper does to tokens, as functions that run as their owner: no other role reads the table
-- by its hash, or writes when a token was last used. Laid anew by migration whenever this text changes.
-- They answer jsonb, so that a newer version may tell more while an older one still serves.

-- Whom a secret stands for, found by its SHA-256, or (for a JWT) by the token's uid. Null when nobody.
-- `died` is set when token, staff member or user are gone; the clock that decides is the database's.
create or replace function find_token(by_hash bytea, by_uid text) returns jsonb
language sql stable security definer set search_path = leadhall, pg_temp as $$
    select jsonb_build_object(
               'token_uid', t.uid, 'principal', t.principal, 'kind', t.kind, 'hint', t.hint,
               'directory_id', t.directory_id, 'business_id', t.business_id, 'staff_uid', t.staff_uid,
               'app_id', t.app_id, 'client_uid', t.client_uid,
               'business_uid', case when b.closed_at is null
                                     and (t.kind <> 'app' or i.app_id is not null) then b.uid end,
               'scopes', t.scopes, 'only_businesses', t.only_businesses, 'cidrs', t.cidrs::text[],
               'mode', t.mode, 'rate_per_s', t.rate_per_s, 'burst', t.burst,
               'expires_at', t.expires_at,
               'own_identifiers', array_remove(array[d.uid, a.uid, a.client_id], null),
               'died', case when gone.at <= now() then 'token_revoked'
                            when t.expires_at <= now() then 'token_expired' end,
               'died_recently', least(gone.at, t.expires_at) > now() - interval '90 days')
      from token t
      join directory d on d.id = t.directory_id
      left join business b on b.id = t.business_id
      left join staff s on s.business_id = t.business_id and s.uid = t.staff_uid
      left join app_user u on u.id = s.user_id
      left join app a on a.id = t.app_id
      left join app_installation i on i.app_id = t.app_id and i.business_id = t.business_id and i.uninstalled_at is null
     cross join lateral (select least(t.revoked_at, s.deleted_at, u.disabled_at) as at) gone
     where t.hash = by_hash or t.uid = by_uid
$$;

-- Notes that tokens were used; at most one write a minute and token, however many processes ask for it.
create or replace function touch_tokens(uids text[]) returns void
language sql security definer set search_path = leadhall, pg_temp as $$
    update token set last_used_at = now()
     where uid = any (uids) and (last_used_at is null or last_used_at < now() - interval '1 minute')
$$;

revoke execute on function find_token(bytea, text), touch_tokens(text[]) from public;
do $$
declare
    named text;
begin
    for named in select rolname from pg_roles where rolname in ('leadhall_app', 'leadhall_intake') loop
        execute format('grant execute on function find_token(bytea, text), touch_tokens(text[]) to %I', named);
    end loop;
end $$;
