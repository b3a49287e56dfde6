-- What must be done before it is known whose rows may be seen: a person signs in, an app shows its secret, a member of
-- staff turns out to be a user already. Functions that run as their owner, laid anew whenever this text changes; no
-- other role reads password hashes, sessions, client secrets or codes. They answer jsonb, as doorkeeper.sql does.

-- The user of an address, made when there is none; `made` tells which. A known user stays as they are.
create or replace function make_user(new_uid text, new_email text, key text, first text, last text, new_phone text,
                                     new_password_hash text)
returns jsonb language plpgsql security definer set search_path = leadhall, pg_temp as $$
declare
    made boolean;
begin
    insert into app_user (uid, email, email_key, first_name, last_name, phone, password_hash)
    values (new_uid, new_email, key, first, last, new_phone, new_password_hash)
        on conflict (email_key) do nothing;
    made := found;
    return (select jsonb_build_object('id', u.id, 'uid', u.uid, 'email', u.email, 'first_name', u.first_name,
                                      'last_name', u.last_name, 'phone', u.phone, 'locale', u.locale,
                                      'created_at', u.created_at, 'disabled_at', u.disabled_at, 'made', made)
              from app_user u where u.email_key = key);
end $$;

-- Who signs in with this address: id and password hash; null for nobody, for who has no password, and for who is shut out.
create or replace function find_login(key text) returns jsonb
language sql stable security definer set search_path = leadhall, pg_temp as $$
    select jsonb_build_object('user_id', u.id, 'password_hash', u.password_hash)
      from app_user u
     where u.email_key = key and u.password_hash is not null and u.disabled_at is null
$$;

create or replace function set_password(of_user bigint, new_hash text) returns void
language sql security definer set search_path = leadhall, pg_temp as $$
    update app_user set password_hash = new_hash where id = of_user
$$;

create or replace function open_session(new_hash bytea, new_uid text, of_user bigint, agent text, from_ip inet)
returns void language sql security definer set search_path = leadhall, pg_temp as $$
    insert into session (hash, uid, user_id, user_agent, ip) values (new_hash, new_uid, of_user, agent, from_ip)
$$;

-- The session of a secret while it lives: 12 hours idle and 30 days in all end it. Seen at most once a minute.
create or replace function find_session(by_hash bytea) returns jsonb
language plpgsql security definer set search_path = leadhall, pg_temp as $$
declare
    found_one jsonb;
begin
    select jsonb_build_object('uid', s.uid, 'user_id', s.user_id, 'user_uid', u.uid, 'email', u.email,
                              'business_id', s.business_id, 'locale', u.locale, 'first_name', u.first_name,
                              'last_name', u.last_name, 'has_password', u.password_hash is not null)
      into found_one
      from session s join app_user u on u.id = s.user_id
     where s.hash = by_hash and s.revoked_at is null and u.disabled_at is null
       and s.seen_at > now() - interval '12 hours' and s.created_at > now() - interval '30 days';
    if found_one is not null then
        update session set seen_at = now() where hash = by_hash and seen_at < now() - interval '1 minute';
    end if;
    return found_one;
end $$;

-- The sign-ins of a user that live, newest first; `here` is the one of this hash.
create or replace function sessions_of(of_user bigint, by_hash bytea) returns jsonb
language sql stable security definer set search_path = leadhall, pg_temp as $$
    select coalesce(jsonb_agg(jsonb_build_object('uid', s.uid, 'user_agent', s.user_agent, 'ip', host(s.ip),
                                                 'created_at', s.created_at, 'seen_at', s.seen_at, 'here', s.hash = by_hash)
                              order by s.seen_at desc, s.uid), '[]')
      from session s
     where s.user_id = of_user and s.revoked_at is null
       and s.seen_at > now() - interval '12 hours' and s.created_at > now() - interval '30 days'
$$;

-- Work for another business from now on: one that this session's user serves, and that is open. False for any other.
create or replace function choose_business(by_hash bytea, chosen bigint) returns boolean
language sql security definer set search_path = leadhall, pg_temp as $$
    with moved as (
        update session s set business_id = chosen
         where s.hash = by_hash and s.revoked_at is null
           and exists (select from staff f join business b on b.id = f.business_id
                        where f.user_id = s.user_id and f.business_id = chosen and f.deleted_at is null
                          and b.closed_at is null)
        returning true
    )
    select exists (select from moved)
$$;

-- End one of a user's sign-ins by its uid; false when they have none such that lives.
create or replace function close_session_of(of_user bigint, by_uid text) returns boolean
language sql security definer set search_path = leadhall, pg_temp as $$
    with closed as (
        update session set revoked_at = now() where user_id = of_user and uid = by_uid and revoked_at is null
        returning true
    )
    select exists (select from closed)
$$;

-- Whom a link to sign in is mailed to: nobody for an unknown address and for who is shut out.
create or replace function find_person(key text) returns jsonb
language sql stable security definer set search_path = leadhall, pg_temp as $$
    select jsonb_build_object('user_id', u.id, 'email', u.email, 'locale', u.locale)
      from app_user u where u.email_key = key and u.disabled_at is null
$$;

-- What a person says of themselves; null leaves as it is.
create or replace function set_person(of_user bigint, first text, last text, new_locale text) returns void
language sql security definer set search_path = leadhall, pg_temp as $$
    update app_user set first_name = coalesce(first, first_name), last_name = coalesce(last, last_name),
                        locale = coalesce(new_locale, locale)
     where id = of_user
$$;

-- The directories that a user administers.
create or replace function administered_by(of_user bigint) returns jsonb
language sql stable security definer set search_path = leadhall, pg_temp as $$
    select coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'uid', d.uid, 'name', d.name) order by d.id), '[]')
      from directory_admin a join directory d on d.id = a.directory_id
     where a.user_id = of_user
$$;

-- End one session (by its hash), or all of a user's; answers the uids of those that lived.
create or replace function close_sessions(by_hash bytea, of_user bigint) returns text[]
language sql security definer set search_path = leadhall, pg_temp as $$
    with closed as (
        update session set revoked_at = now()
         where revoked_at is null and (hash = by_hash or user_id = of_user)
        returning uid
    )
    select coalesce(array_agg(uid order by uid), '{}') from closed
$$;

-- Where a user serves, of one directory or of all: open businesses, and as what.
create or replace function memberships_of(of_user bigint, of_directory bigint) returns jsonb
language sql stable security definer set search_path = leadhall, pg_temp as $$
    select coalesce(jsonb_agg(jsonb_build_object('business_id', b.id, 'business_uid', b.uid, 'business_name', b.name,
                                                 'directory_id', b.directory_id, 'staff_uid', s.uid, 'role', s.role,
                                                 'display_name', s.display_name)
                              order by b.name, b.uid), '[]')
      from staff s join business b on b.id = s.business_id
     where s.user_id = of_user and s.deleted_at is null and b.closed_at is null
       and (of_directory is null or b.directory_id = of_directory)
$$;

-- An app by its client id; with the hash of a secret, only if that is the app's.
create or replace function find_app(by_client_id text, secret_hash bytea) returns jsonb
language sql stable security definer set search_path = leadhall, pg_temp as $$
    select jsonb_build_object('id', a.id, 'uid', a.uid, 'directory_id', a.directory_id, 'name', a.name,
                              'code_name', a.code_name, 'client_id', a.client_id, 'redirect_uri', a.redirect_uri,
                              'scopes', a.scopes, 'app_type', a.app_type, 'trusted', a.trusted,
                              'created_at', a.created_at)
      from app a
     where a.client_id = by_client_id and (secret_hash is null or a.client_secret_hash = secret_hash)
$$;

-- Redeem a code of an app, this once. Null when it is none of the app's, is over or was used.
create or replace function take_code(by_hash bytea, of_app bigint) returns jsonb
language sql security definer set search_path = leadhall, pg_temp as $$
    update oauth_code c set used_at = now()
     where c.hash = by_hash and c.app_id = of_app and c.used_at is null and c.expires_at > now()
    returning jsonb_build_object('business_id', c.business_id, 'staff_uid', c.staff_uid, 'redirect_uri', c.redirect_uri,
                                 'scope', c.scope, 'code_challenge', c.code_challenge,
                                 'business_uid', (select b.uid from business b where b.id = c.business_id))
$$;

do $$
declare
    called text;
begin
    foreach called in array array[
        'make_user(text, text, text, text, text, text, text)', 'find_login(text)', 'set_password(bigint, text)',
        'open_session(bytea, text, bigint, text, inet)', 'find_session(bytea)', 'close_sessions(bytea, bigint)',
        'sessions_of(bigint, bytea)', 'choose_business(bytea, bigint)', 'close_session_of(bigint, text)',
        'find_person(text)', 'set_person(bigint, text, text, text)', 'administered_by(bigint)',
        'memberships_of(bigint, bigint)', 'find_app(text, bytea)', 'take_code(bytea, bigint)'] loop
        execute format('revoke execute on function %s from public', called);
        if exists (select from pg_roles where rolname = 'leadhall_app') then
            execute format('grant execute on function %s to leadhall_app', called);
        end if;
    end loop;
    -- who sets an installation up is nobody yet: that runs as the worker, who may write every table
    if exists (select from pg_roles where rolname = 'leadhall_worker') then
        grant execute on function make_user(text, text, text, text, text, text, text), set_password(bigint, text),
            set_person(bigint, text, text, text) to leadhall_worker;
    end if;
end $$;
