-- What is nobody's (business 0), and who may touch it: functions that run as their owner, laid anew whenever this text
-- changes. A directory's own scope sees neither who else there is nor by which numbers others text.

-- Which directory may look at a mail or text of nobody's; null: the operator alone. The only directory of an
-- installation may look at all. Where there are several, mail could be for any of them; a text is the directory's whose
-- line it came to: profiles of one directory name that number, and did so before it came.
create or replace function directory_of_nobodys(of_reason text, our_end text, came_at timestamptz) returns bigint
language sql stable security definer set search_path = leadhall, pg_temp as $$
    select case
           when (select count(*) from (select from directory limit 2) d) = 1 then (select id from directory)
           when of_reason = 'shared_number' then (
               select case when count(distinct line.directory_id) = 1 then nullif(min(line.directory_id), 0) end
                 from (select coalesce(b.directory_id, p.directory_id) as directory_id, p.updated_at
                         from sender_profile p
                         left join business b on b.id = p.business_id
                        where p.channel = 'sms' and our_end in (p.settings ->> 'number', p.settings ->> 'messaging_service')
                      ) line
               having max(line.updated_at) <= came_at)
           end
$$;

-- A person is erased by a business: what came from their addresses and is nobody's goes too, unless another business that
-- it could be for knows them. Their erasure takes it along, or its 90 days do.
create or replace function forget_nobodys(of_business bigint, addresses text[]) returns void
language plpgsql security definer set search_path = leadhall, pg_temp as $$
declare
    ours bigint;
begin
    select b.directory_id into ours
      from business b
     where b.id = of_business
       and (b.id = any (string_to_array(nullif(current_setting('app.business_ids', true), ''), ',')::bigint[])
            or b.directory_id = nullif(current_setting('app.directory_id', true), '')::bigint);
    if ours is null then
        raise exception 'out of scope' using errcode = 'insufficient_privilege';
    end if;
    delete from inbound i
     using (select n.uid, lower(n.sender) as address, directory_of_nobodys(n.reason, n.recipient, n.at) as directory_id
              from inbound n
             where n.business_id = 0 and lower(n.sender) = any (addresses)) found
     where i.business_id = 0 and i.uid = found.uid and (found.directory_id is null or found.directory_id = ours)
       and not exists (
           select from business b
            where b.id <> of_business and (found.directory_id is null or b.directory_id = found.directory_id)
              and (exists (select from client_key k
                            where k.business_id = b.id and k.kind = 'email' and k.key = found.address)
                   or exists (select from client c
                               where c.business_id = b.id and c.phone_e164 = found.address and c.merged_into is null)));
end $$;

do $$
begin
    revoke execute on function directory_of_nobodys(text, text, timestamptz) from public;
    revoke execute on function forget_nobodys(bigint, text[]) from public;
    if exists (select from pg_roles where rolname = 'leadhall_app') then
        grant execute on function directory_of_nobodys(text, text, timestamptz) to leadhall_app;
        grant execute on function forget_nobodys(bigint, text[]) to leadhall_app;
        drop policy if exists own_directory on inbound;  -- beside in_scope, which schema/access.sql gives
        create policy own_directory on inbound as restrictive to leadhall_app using (
            business_id <> 0
            or directory_of_nobodys(reason, recipient, at) = nullif(current_setting('app.directory_id', true), '')::bigint);
    end if;
end $$;
