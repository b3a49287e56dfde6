-- Who may do what, laid anew after each migration; harmless to run twice. Needs the four roles.
-- leadhall_app sees the rows of its scope only; intake and worker work across businesses, on their tables alone.

grant usage on schema leadhall to leadhall_app, leadhall_intake, leadhall_worker;

grant select, insert, update, delete on all tables in schema leadhall to leadhall_app;
revoke all on token, migration from leadhall_app;
grant select (hash, uid, principal, kind, label, hint, directory_id, business_id, staff_uid, app_id, client_uid, scopes,
              only_businesses, cidrs, mode, rate_per_s, burst, issued_by, created_at, expires_at, revoked_at,
              last_used_at), insert, update (revoked_at, label, expires_at) on token to leadhall_app;
revoke all on session from leadhall_app, leadhall_intake;   -- reached by functions alone (tenancy/people.sql)
revoke all on second_factor, recovery_code from leadhall_app, leadhall_intake;  -- and those of second_factor.sql
revoke select, update, delete on oauth_code from leadhall_app;
alter table session enable row level security;
alter table second_factor enable row level security;
alter table recovery_code enable row level security;
revoke all on app, app_user from leadhall_app;          -- of these it never reads the secrets
grant select (id, uid, directory_id, name, code_name, client_id, redirect_uri, scopes, app_type, trusted, created_at),
      insert, update (name, redirect_uri, scopes, app_type) on app to leadhall_app;
grant select (id, uid, email, email_key, email_verified_at, first_name, last_name, phone, locale, created_at, disabled_at)
      on app_user to leadhall_app;
revoke insert, update, delete on directory, directory_admin from leadhall_app;
revoke all on sender_profile, mail_link from leadhall_app;
grant select (business_id, directory_id, channel, settings, checks, checked_at, verified_at, updated_at)
      on sender_profile to leadhall_app;
grant select (business_id, act, staff_uid, conversation_uid, created_at, expires_at, used_at) on mail_link to leadhall_app;
revoke select, update on webhook_secret from leadhall_app;  -- it makes secrets and lets them end, and reads none
grant select (business_id, uid, directory_id, endpoint_id, created_at, until), update (until) on webhook_secret to leadhall_app;
revoke update, delete on consent, card_change, audit from leadhall_app;
revoke update on conversation_act from leadhall_app;    -- it is only added to; erasing a person takes it away
revoke insert, update, delete on counted_day from leadhall_app;
revoke all on counted_to from leadhall_app;
revoke all on sender_pause from leadhall_app;           -- of the installation, and no business's

grant select, insert, update on client, client_key, suggestion, suspected_pair to leadhall_intake;
grant select, insert on consent, conversation, lead, message, outbox, request_log, idempotency, repeat to leadhall_intake;
grant update, delete on idempotency, repeat to leadhall_intake;
grant select (uid, told_dead_at), update (told_dead_at) on token to leadhall_intake;
grant select on business, business_name, directory, app, card_field to leadhall_intake;
grant select on migration to leadhall_intake;           -- readiness asks whether the database is at this version

revoke execute on function keep_request_log from public;
grant execute on function keep_request_log to leadhall_worker;
grant select, insert, update, delete on all tables in schema leadhall to leadhall_worker;
revoke all on token, migration, second_factor, recovery_code from leadhall_worker;
grant select (uid, principal, kind, directory_id, business_id, last_used_at), update (last_used_at) on token to leadhall_worker;

-- A partition is reached through its parent, whose policies then hold: row security knows nothing of parents.
do $$
declare
    part regclass;
begin
    for part in select oid from pg_class where relnamespace = 'leadhall'::regnamespace and relispartition and relkind = 'r' loop
        execute format('revoke all on %s from leadhall_app, leadhall_intake, leadhall_worker', part);
    end loop;
end $$;

-- "exists", never "in": a directory with ten thousand businesses reads one of them for a row, not all for each question.
-- Settings in a "(select …)" of their own: they are read once for a statement, and else for each row again.
do $$
declare
    t record;
begin
    for t in select c.relname
               from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'business_id' and not a.attisdropped
              where c.relnamespace = 'leadhall'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
                and c.relname <> 'token' loop
        execute format('alter table %I enable row level security', t.relname);
        execute format('drop policy if exists in_scope on %I', t.relname);
        execute format('drop policy if exists across on %I', t.relname);
        execute format($p$create policy in_scope on %I to leadhall_app using (
            business_id = any ((select string_to_array(nullif(current_setting('app.business_ids', true), ''), ',')::bigint[])::bigint[])
            or exists (select from business b where b.id = %1$I.business_id and b.directory_id =
                       (select nullif(current_setting('app.directory_id', true), '')::bigint)))$p$, t.relname);
        execute format('create policy across on %I to leadhall_intake, leadhall_worker using (true)', t.relname);
    end loop;
end $$;

-- Webhooks of business 0 are a directory's: seen in its own scope alone, whoever may see other rows of business 0.
do $$
declare
    t text;
begin
    foreach t in array array['webhook_endpoint', 'webhook_subscription', 'webhook_secret'] loop
        execute format('drop policy if exists own_directory on %I', t);
        execute format($p$create policy own_directory on %I as restrictive to leadhall_app using (
            business_id <> 0 or directory_id = nullif(current_setting('app.directory_id', true), '')::bigint)$p$, t);
    end loop;
end $$;

alter table business enable row level security;
drop policy if exists in_scope on business;
drop policy if exists across on business;
create policy in_scope on business to leadhall_app using (
    id = any ((select string_to_array(nullif(current_setting('app.business_ids', true), ''), ',')::bigint[])::bigint[])
    or directory_id = (select nullif(current_setting('app.directory_id', true), '')::bigint));
create policy across on business to leadhall_intake, leadhall_worker using (true);

-- What belongs to a directory: seen by the directory's scope, and by that of any of its businesses.
do $$
declare
    t text;
begin
    foreach t in array array['directory', 'directory_admin', 'app', 'app_user', 'token'] loop
        execute format('alter table %I enable row level security', t);
        execute format('drop policy if exists in_scope on %I', t);
        execute format('drop policy if exists across on %I', t);
        execute format('create policy across on %I to leadhall_intake, leadhall_worker using (true)', t);
    end loop;
end $$;
create policy in_scope on directory to leadhall_app using (
    id = nullif(current_setting('app.directory_id', true), '')::bigint
    or exists (select from business b where b.directory_id = directory.id));
create policy in_scope on directory_admin to leadhall_app using (
    directory_id = nullif(current_setting('app.directory_id', true), '')::bigint);
create policy in_scope on app to leadhall_app using (
    directory_id = nullif(current_setting('app.directory_id', true), '')::bigint
    or exists (select from business b where b.directory_id = app.directory_id));
create policy in_scope on app_user to leadhall_app using (
    exists (select from staff s where s.user_id = app_user.id)
    or exists (select from directory_admin a where a.user_id = app_user.id));
-- A business's scope sees the business's own tokens; what is made in a scope stays in that scope's directory.
create policy in_scope on token to leadhall_app using (
    business_id = any (string_to_array(nullif(current_setting('app.business_ids', true), ''), ',')::bigint[])
    or directory_id = nullif(current_setting('app.directory_id', true), '')::bigint)
    with check (
    (business_id is null and directory_id = nullif(current_setting('app.directory_id', true), '')::bigint)
    or exists (select from business b where b.id = token.business_id and b.directory_id = token.directory_id
                                        and token.kind <> 'directory'));
