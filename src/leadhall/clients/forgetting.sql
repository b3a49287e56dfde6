-- What is only ever added to, consent and history, is erased for one purpose: that a person is forgotten. By a function
-- that runs as its owner and only within the caller's scope; the role of the server itself cannot delete there.
create or replace function forget_client(of_business bigint, uids text[]) returns void
language plpgsql security definer set search_path = leadhall, pg_temp as $$
begin
    if not exists (
        select from business b
         where b.id = of_business
           and (b.id = any (string_to_array(nullif(current_setting('app.business_ids', true), ''), ',')::bigint[])
                or b.directory_id = nullif(current_setting('app.directory_id', true), '')::bigint)) then
        raise exception 'out of scope' using errcode = 'insufficient_privilege';
    end if;
    delete from consent where business_id = of_business and client_uid = any (uids);
    delete from card_change where business_id = of_business and client_uid = any (uids);
end $$;

do $$
begin
    revoke execute on function forget_client(bigint, text[]) from public;
    if exists (select from pg_roles where rolname = 'leadhall_app') then
        grant execute on function forget_client(bigint, text[]) to leadhall_app;
    end if;
end $$;
