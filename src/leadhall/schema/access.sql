-- Who may do what, laid anew after each migration; harmless to run twice. Needs the four roles.
-- leadhall_app sees the rows of its scope only; intake and worker work across businesses, on their tables alone.

grant usage on schema leadhall to leadhall_app, leadhall_intake, leadhall_worker;

grant select, insert, update, delete on all tables in schema leadhall to leadhall_app;
revoke all on token, migration from leadhall_app;
grant select (hash, uid, principal, kind, label, hint, directory_id, business_id, staff_uid, app_id, client_uid, scopes,
              only_businesses, cidrs, mode, rate_per_s, burst, issued_by, created_at, expires_at, revoked_at,
              last_used_at), insert, update (revoked_at, label) on token to leadhall_app;
revoke update, delete on consent, card_change, audit from leadhall_app;

grant select, insert, update on client, client_key, suggestion, suspected_pair to leadhall_intake;
grant select, insert on consent, conversation, lead, message, outbox, request_log, idempotency, repeat to leadhall_intake;
grant update, delete on idempotency, repeat to leadhall_intake;
grant select (uid, told_dead_at), update (told_dead_at) on token to leadhall_intake;
grant select on business, business_name, directory, app, card_field to leadhall_intake;

grant select, insert, update, delete on all tables in schema leadhall to leadhall_worker;
revoke all on token, migration from leadhall_worker;
grant select (uid, principal, kind, directory_id, business_id, last_used_at), update (last_used_at) on token to leadhall_worker;

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
            business_id = any (string_to_array(nullif(current_setting('app.business_ids', true), ''), ',')::bigint[])
            or business_id in (select b.id from business b where b.directory_id =
                               nullif(current_setting('app.directory_id', true), '')::bigint))$p$, t.relname);
        execute format('create policy across on %I to leadhall_intake, leadhall_worker using (true)', t.relname);
    end loop;
end $$;

alter table business enable row level security;
drop policy if exists in_scope on business;
drop policy if exists across on business;
create policy in_scope on business to leadhall_app using (
    id = any (string_to_array(nullif(current_setting('app.business_ids', true), ''), ',')::bigint[])
    or directory_id = nullif(current_setting('app.directory_id', true), '')::bigint);
create policy across on business to leadhall_intake, leadhall_worker using (true);

-- Tokens and apps are a directory's or a business's.
alter table token enable row level security;
drop policy if exists in_scope on token;
drop policy if exists across on token;
create policy in_scope on token to leadhall_app using (
    business_id = any (string_to_array(nullif(current_setting('app.business_ids', true), ''), ',')::bigint[])
    or directory_id = nullif(current_setting('app.directory_id', true), '')::bigint);
create policy across on token to leadhall_intake, leadhall_worker using (true);
