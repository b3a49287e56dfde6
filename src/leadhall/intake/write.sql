-- write_leads: one call, one transaction, for a whole batch. Each step is a statement of its own and so sees what
-- other processes have committed meanwhile; a single chain of CTEs would see one snapshot and miss them.
--
-- `batch` is the batch as intake/plan.py made it (one row a lead or refused request, `n` its place from 0; rows, not
-- JSON, because reading JSON took a third of the whole time; what is kept as JSON comes as text and is read once, where
-- it is stored); `bodies[n + 1]` is the exact body. Rows that others may want are always taken in the order of business
-- and key, so that two batches that touch the same people wait for each other instead of deadlocking.
--
-- A plan is written as if its client were new, which most are: what is otherwise stands in arrays beside the batch, at
-- n + 1, and these stay empty as long as there is nothing of the kind. Each pass over the batch costs, so there are few.
--
-- Answers a row a plan, in no order: `outcome` is
--   new         a lead was stored: `facts` are what was decided otherwise than planned
--   replay      the same request was here before: `facts` are those of that lead, or `answer` is what it was told
--   key_reused  the idempotency key belongs to another body
--   in_flight   somebody else is storing the same request right now: nothing was done, ask again
--   row         only a request-log row was asked for

drop function if exists write_leads(jsonb, bytea[]);
drop function if exists write_leads(lead_plan[], bytea[]);
drop function if exists decide_followers(lead_plan[], text[], jsonb);
drop function if exists decide_followers(lead_plan[], text[], second_key[]);
drop function if exists second_keys(lead_plan[], text[], jsonb);
drop function if exists status_rank(text);
drop type if exists second_key;
drop type if exists lead_act;
drop type if exists lead_before;
drop type if exists lead_plan;

-- While an upgrade runs, servers of the version before still send their columns by name: one that goes stays here for a version.
create type lead_plan as (
    n int, is_lead boolean, business_id bigint, request_uid text, token_uid text, principal text, operation text,
    idem_key text, fingerprint bytea, scope_lock bigint, window_s int,
    kind text, key text, other_kind text, other_key text, other_value text,
    client_uid text, conversation_uid text, message_uid text,
    may_write boolean, is_test boolean, verdict text,
    first_name text, last_name text, email text, phone text, phone_e164 text, address text, fields text,
    status text, tags text[], source text, source_url text, title text,
    contact text, parts text, facts text, consents text, notifications text[],
    answered int, answer text, answer_type text, row_facts text, content_type text, truncated boolean,
    user_agent text, ip text, client_request_id text, duration_us int,
    email_mark bytea, phone_mark bytea, unique_id_mark bytea, tell_dead boolean, headers text
);

-- What was decided of a lead otherwise than planned: its client was here before, or it brought a second key.
create type lead_act as (
    n int, revision bigint, message_revision bigint, contact jsonb, decided jsonb, events text[]
);

-- Who had claimed the scope of a plan before: a lead, or a request that was refused with this answer.
create type lead_before as (
    outcome text, request_uid text, lead_uid text, status smallint, content_type text, answer bytea
);

create function status_rank(status text) returns int immutable language sql as
$$ select case status when 'lead' then 1 when 'customer' then 2 when 'loyal' then 3 else 0 end $$;  -- inactive stands apart


-- What became of the key a lead brought beside the one that found its client:
-- linked (by this plan), same (was the client's already), clash (another client's), suggested (not ours to link).
-- What a later plan of the batch linked does not count for an earlier one. Asked once a batch: another process may make
-- the holder at any moment, and one lead must not be told both.
create type second_key as (
    n int, business_id bigint, owner text, holder text, kind text, value text, conversation_uid text, fate text
);
create function second_keys(batch lead_plan[], owners text[], linked jsonb) returns setof second_key language sql as $$
    select p.n, p.business_id, o.owner, k.client_uid, p.other_kind, p.other_value, p.conversation_uid,
           case when l.n = p.n then 'linked'
                when k.client_uid is null or l.n > p.n then 'suggested'
                when k.client_uid = o.owner then 'same'
                else 'clash' end
      from unnest(batch) p
     cross join lateral (select owners[p.n + 1] as owner) o
     cross join lateral (select (linked ->> concat_ws(' ', p.business_id, p.other_kind, p.other_key))::int as n) l
     cross join lateral (select (select h.client_uid from client_key h where h.business_id = p.business_id
                                    and h.kind = p.other_kind and h.key = p.other_key) as client_uid) k
     where p.is_lead and p.other_key is not null
$$;


-- Step 4 for leads of clients who were here before (or came earlier in the batch): blanks are filled where the lead
-- may, everything else that differs becomes a suggestion, status moves only forward, and each client is updated once.
-- Leads of one client are folded in the order they came, as if each had been alone.
create function decide_followers(batch lead_plan[], owners text[], seconds second_key[]) returns lead_act[]
language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
declare
    acts lead_act[];
begin
    with follower as (
        select p.*, p.contact::jsonb as said, c.uid as owner, c.revision as base_revision, c.message_count as base_messages, c.tags as base_tags,
               status_rank(c.status) as base_rank, c.edited_at is not null as edited, c.email as base_email,
               jsonb_strip_nulls(jsonb_build_object('first_name', c.first_name, 'last_name', c.last_name, 'phone', c.phone,
                                                    'phone_e164', c.phone_e164, 'address', c.address)) || c.fields as have,
               case when p.may_write and c.status <> 'inactive' then nullif(status_rank(p.status), 0) end as asked_rank
          from unnest(batch) p
          join client c on c.business_id = p.business_id and c.uid = owners[p.n + 1]
         where p.is_lead and p.client_uid <> owners[p.n + 1]
    ), placed as (
        select f.*, row_number() over (partition by f.business_id, f.owner order by f.n) as place,
               greatest(f.base_rank, max(f.asked_rank) over (partition by f.business_id, f.owner order by f.n
                                                             rows between unbounded preceding and 1 preceding)) as rank_before
          from follower f
    ), ready as (
        select p.*, coalesce(p.may_write, false) or (p.rank_before = 1 and not p.edited) as may_fill, s.fate as second_key
          from placed p
          left join unnest(seconds) s on s.n = p.n
    ), offer as (
        select r.n, r.business_id, r.owner, r.conversation_uid, r.token_uid, r.may_fill, o.slot, o.value, o.e164, o.held, o.held_e164,
               case when o.held is null
                    then min(r.n) filter (where r.may_fill) over (partition by r.business_id, r.owner, o.slot) end as filler
          from ready r
         cross join lateral (
                select 'first_name' as slot, r.first_name as value, null as e164, r.have ->> 'first_name' as held, null as held_e164
                union all select 'last_name', r.last_name, null, r.have ->> 'last_name', null
                union all select 'phone', r.phone, r.phone_e164, r.have ->> 'phone', r.have ->> 'phone_e164'
                union all select 'address', r.address, null, r.have ->> 'address', null
                union all select f.key, f.value, null, r.have ->> f.key, null from jsonb_each_text(r.fields::jsonb) f
                union all select 'tag ' || lower(t.tag), t.tag, null, case when h.has then t.tag end, null
                            from unnest(r.tags) t(tag)
                           cross join lateral (select exists (select from unnest(r.base_tags) b(tag)
                                                               where lower(b.tag) = lower(t.tag)) as has) h
               ) o
         where o.value is not null
    ), beside as (  -- what fills the blank stands beside each offer for it: joined, every offer would be compared with every other
        select o.*, max(o.value) filter (where o.n = o.filler) over slot as fill, max(o.e164) filter (where o.n = o.filler) over slot as fill_e164
          from offer o
        window slot as (partition by o.business_id, o.owner, o.slot)
    ), judged as materialized (
        select o.*, case
                   when o.held is null and o.filler = o.n then 'filled'
                   when o.held is null and (o.filler is null or o.n < o.filler) then 'suggested'
                   when o.value = coalesce(o.held, o.fill) or o.e164 = case when o.held is null then o.fill_e164 else o.held_e164 end
                        or o.slot like 'tag %' then 'same'
                   else 'suggested' end as fate
          from beside o
    ), own as materialized (
        select j.n,
               jsonb_agg(j.slot order by j.slot) filter (where j.fate = 'filled' and j.slot not like 'tag %') as filled,
               jsonb_agg(j.slot order by j.slot) filter (where j.fate = 'same' and j.slot not like 'tag %') as same,
               jsonb_agg(case when j.slot like 'tag %' then 'tags' else j.slot end order by j.slot) filter (where j.fate = 'suggested') as suggested,
               jsonb_agg(j.value order by j.slot) filter (where j.fate = 'filled' and j.slot like 'tag %') as tags_added
          from judged j
         group by j.n
    ), mail as materialized (
        select r.n, r.business_id, r.owner, r.email from ready r where r.second_key = 'linked' and r.other_kind = 'email'
    ), name as materialized (
        select j.* from judged j where j.fate = 'filled' and j.slot in ('first_name', 'last_name', 'phone', 'address')
    ), unlinked as (
        select s.business_id, s.owner, s.kind as slot, s.value, s.n, s.conversation_uid, r.token_uid
          from unnest(seconds) s join ready r on r.n = s.n
         where s.fate = 'suggested'
    ), suggested as (
        insert into suggestion as s (business_id, client_uid, field, value_hash, value, times, first_lead, last_lead, token_uid)
        select j.business_id, j.owner, case when j.slot like 'tag %' then 'tags' else j.slot end,
               sha256(convert_to(j.value, 'UTF8')), j.value, count(*),
               (array_agg(j.conversation_uid order by j.n))[1], (array_agg(j.conversation_uid order by j.n desc))[1],
               (array_agg(j.token_uid order by j.n))[1]
          from (select business_id, owner, slot, value, n, conversation_uid, token_uid from judged where fate = 'suggested'
                union all select * from unlinked) j
         group by 1, 2, 3, 5
         order by 1, 2, 3, 4
            on conflict (business_id, client_uid, field, value_hash) do update
           set times = s.times + excluded.times, last_lead = excluded.last_lead, last_at = now()
    ), folded as (
        select r.business_id, r.owner, count(*) as leads,
               max(r.asked_rank) as new_rank, max(r.base_rank) as base_rank,
               (array_agg(r.email order by r.n) filter (where r.second_key = 'linked' and r.other_kind = 'email'))[1] as email
          from ready r
         group by 1, 2
    ), fills as materialized (
        select j.business_id, j.owner, jsonb_object_agg(j.slot, j.value) filter (where j.slot not like 'tag %') as card,
               max(j.e164) filter (where j.slot = 'phone') as phone_e164,
               array_agg(j.value order by j.n) filter (where j.slot like 'tag %') as tags
          from judged j
         where j.fate = 'filled'
         group by 1, 2
    ), updated as (
        update client c
           set first_name = coalesce(c.first_name, f.card ->> 'first_name'),
               last_name = coalesce(c.last_name, f.card ->> 'last_name'),
               phone = coalesce(c.phone, f.card ->> 'phone'),
               phone_e164 = case when c.phone is null then f.phone_e164 else c.phone_e164 end,
               address = coalesce(c.address, f.card ->> 'address'),
               fields = c.fields || coalesce(f.card - array['first_name', 'last_name', 'phone', 'address'], '{}'),
               tags = c.tags || coalesce(f.tags, '{}'),
               email = coalesce(c.email, d.email),
               status = case when d.new_rank > d.base_rank then (array['lead', 'customer', 'loyal'])[d.new_rank] else c.status end,
               revision = c.revision + d.leads,
               message_count = c.message_count + d.leads,
               updated_at = case when f.owner is not null or d.email is not null or d.new_rank > d.base_rank then now() else c.updated_at end
          from folded d left join fills f on f.business_id = d.business_id and f.owner = d.owner
         where c.business_id = d.business_id and c.uid = d.owner
    )
    select array_agg(row(
               r.n, r.base_revision + r.place, r.base_messages + r.place,
               -- who they are, blanks filled from the card; a number of the card's never dials a phone of the request's
               ((jsonb_strip_nulls(jsonb_build_object('email', coalesce(r.base_email, linker.email), 'first_name', r.have -> 'first_name',
                    'last_name', r.have -> 'last_name', 'phone', r.have -> 'phone', 'phone_e164', r.have -> 'phone_e164',
                    'address', r.have -> 'address')) || coalesce(earlier.card, '{}'))
                    - case when r.said ? 'phone' then 'phone_e164' else '' end) || r.said,
               jsonb_strip_nulls(jsonb_build_object(
                   'created', false, 'second_key', r.second_key, 'may_fill', r.may_fill,
                   'filled', own.filled, 'same', own.same, 'suggested', own.suggested, 'tags_added', own.tags_added,
                   'status_from', case when r.asked_rank > r.rank_before then (array['lead', 'customer', 'loyal'])[r.rank_before] end,
                   'status_to', case when r.asked_rank > r.rank_before then (array['lead', 'customer', 'loyal'])[r.asked_rank] end,
                   'status_kept', case when r.status is not null and not coalesce(r.asked_rank > r.rank_before, false)
                                       then coalesce((array['lead', 'customer', 'loyal'])[nullif(r.rank_before, 0)], 'inactive') end)),
               array['lead/created', 'conversation_item/created']
                   || case when own.filled is not null or r.second_key = 'linked' or r.asked_rank > r.rank_before
                           then array['client/updated'] else '{}' end
                   || array_fill('tag/add'::text, array[coalesce(jsonb_array_length(own.tags_added), 0)]))::lead_act)
      into acts
      from ready r
      left join own on own.n = r.n
     cross join lateral (
            select jsonb_object_agg(j.slot, j.value)
                   || coalesce(jsonb_object_agg('phone_e164', j.e164) filter (where j.e164 is not null), '{}') as card
              from name j
             where j.business_id = r.business_id and j.owner = r.owner and j.n <= r.n) earlier
     cross join lateral (
            select min(e.email) as email
              from mail e
             where e.business_id = r.business_id and e.owner = r.owner and e.n <= r.n) linker;
    return acts;
end $$;


create function write_leads(batch lead_plan[], bodies bytea[])
returns table (n int, outcome text, client_uid text, conversation_uid text, message_uid text, request_uid text,
               facts jsonb, status int, answer_type text, answer bytea)
language plpgsql
set enable_seqscan = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
-- Plans are made once a session, when tables may still be empty: large tables are always asked row by row, in
-- scalar or lateral subqueries, so that no stale plan ever reads one whole.
declare
    leads     int;             -- how many are leads, and of these
    folding   int;             --   how many have a window in which an equal one is a repeat
    keyed     boolean;         -- whether any came with an idempotency key,
    linking   boolean;         --   with a second key,
    consenting boolean;        --   with a consent,
    dead      boolean;         --   by a dead token
    busy      int[];           -- plans whose scope another session is claiming
    lost      int[] := '{}';   -- plans whose scope was claimed before
    claims    text[];          -- conversation uids of the plans whose window is claimed now
    made      text[];          -- client uids of the keys made now
    linked    jsonb := '{}';   -- "business kind key" -> n of the plan that linked it in this batch
    seconds   second_key[] := '{}';  -- what became of the keys that leads brought beside
    met       boolean := false;  -- whether any client was here before, or came earlier in the batch
    followers lead_act[];      -- what was decided of their leads
    -- at n + 1:
    before    lead_before[] := '{}';
    owners    text[] := '{}';  -- client uid, where it may be another than planned
    acts      lead_act[] := '{}';
begin
    -- 1. claim: an idempotency key, or the window of a repeat. A scope in flight elsewhere never blocks the batch.
    select count(*) filter (where p.is_lead), count(*) filter (where p.is_lead and p.idem_key is null and p.window_s > 0),
           bool_or(p.idem_key is not null), bool_or(p.other_key is not null), bool_or(p.consents is not null),
           bool_or(p.tell_dead), coalesce(array_agg(p.n) filter (where not pg_try_advisory_xact_lock(p.scope_lock)), '{}')
      into leads, folding, keyed, linking, consenting, dead, busy
      from unnest(batch) p;

    if keyed then
        with claimed as (
            insert into idempotency as i (business_id, principal, operation, key, fingerprint, conversation_uid,
                                          request_uid, status, content_type, answer, until)
            select distinct on (p.business_id, p.principal, p.operation, p.idem_key)
                   p.business_id, p.principal, p.operation, p.idem_key, p.fingerprint, p.conversation_uid,
                   p.request_uid, p.answered, p.answer_type, convert_to(p.answer, 'UTF8'), now() + interval '96 hours'
              from unnest(batch) p
             where p.idem_key is not null and p.n <> all (busy)
             order by p.business_id, p.principal, p.operation, p.idem_key, p.n
                on conflict (business_id, principal, operation, key) do update
               set fingerprint = excluded.fingerprint, conversation_uid = excluded.conversation_uid,
                   request_uid = excluded.request_uid, status = excluded.status, content_type = excluded.content_type,
                   answer = excluded.answer, until = excluded.until
             where i.until <= now()
            returning i.request_uid
        )
        select coalesce(array_agg(p.n), '{}') into lost
          from unnest(batch) p left join claimed c on c.request_uid = p.request_uid
         where p.idem_key is not null and p.n <> all (busy) and c.request_uid is null;
    end if;

    with claimed as (
        insert into repeat as r (business_id, fingerprint, conversation_uid, until)
        select distinct on (p.business_id, p.fingerprint)
               p.business_id, p.fingerprint, p.conversation_uid, now() + p.window_s * interval '1 second'
          from unnest(batch) p
         where p.is_lead and p.idem_key is null and p.window_s > 0 and p.n <> all (busy)
         order by p.business_id, p.fingerprint, p.n
            on conflict (business_id, fingerprint) do update
           set conversation_uid = excluded.conversation_uid, until = excluded.until
         where r.until <= now()
        returning r.conversation_uid
    )
    select coalesce(array_agg(c.conversation_uid), '{}') into claims from claimed c;

    if cardinality(claims) < folding then  -- else nobody lost: most batches have no lead twice
        select lost || coalesce(array_agg(p.n), '{}') into lost
          from unnest(batch) p
         where p.is_lead and p.idem_key is null and p.window_s > 0 and p.n <> all (busy) and p.conversation_uid <> all (claims);
    end if;

    if cardinality(busy || lost) > 0 then
        select array_agg(case when p.n = any (lost) then row(
                   case when p.idem_key is not null and i.fingerprint <> p.fingerprint then 'key_reused' else 'replay' end,
                   i.request_uid, coalesce(i.conversation_uid, r.conversation_uid), i.status, i.content_type, i.answer
               )::lead_before end order by p.n)
          into before
          from unnest(batch) p
          left join lateral (select * from idempotency i where p.n = any (lost) and i.business_id = p.business_id
                                and i.principal = p.principal and i.operation = p.operation and i.key = p.idem_key limit 1) i on true
          left join lateral (select * from repeat r where p.n = any (lost) and p.idem_key is null
                                and r.business_id = p.business_id and r.fingerprint = p.fingerprint limit 1) r on true;
        for i in 1 .. cardinality(batch) loop  -- from here on, `is_lead` says that it is to be stored
            if i - 1 = any (busy || lost) and batch[i].is_lead then
                batch[i].is_lead := false;
                leads := leads - 1;
            end if;
        end loop;
    end if;

    if leads > 0 then
        -- 2. keys: the earliest plan makes the client, the rest find it
        with made as (
            insert into client_key (business_id, kind, key, client_uid)
            select distinct on (p.business_id, p.kind, p.key) p.business_id, p.kind, p.key, p.client_uid
              from unnest(batch) p
             where p.is_lead and p.key is not null
             order by p.business_id, p.kind, p.key, p.n
                on conflict (business_id, kind, key) do nothing
            returning client_uid
        )
        select coalesce(array_agg(m.client_uid), '{}') into made from made m;

        if linking or cardinality(made) < leads then
            select array_agg(case when not p.is_lead then null
                                  when p.key is null or p.client_uid in (select unnest(made)) then p.client_uid
                                  else coalesce((select k.client_uid from client_key k where k.business_id = p.business_id
                                                    and k.kind = p.kind and k.key = p.key), '') end order by p.n)
              into owners
              from unnest(batch) p;
            if '' = any (owners) then
                raise exception 'a client was deleted meanwhile' using errcode = 'serialization_failure';
            end if;
            met := exists (select from unnest(batch) p where p.client_uid <> owners[p.n + 1]);
        end if;

        -- 3. clients: lock the known ones in one order, link second keys that may be linked, insert the new ones
        if met then
            if exists (
                select from (select distinct p.business_id, owners[p.n + 1] as uid
                               from unnest(batch) p
                              where p.client_uid <> owners[p.n + 1]
                              order by 1, 2 offset 0) k
                 cross join lateral (select c.merged_into, c.deleted_at from client c
                                      where c.business_id = k.business_id and c.uid = k.uid
                                     offset 0 for update) held  -- offset 0: else the condition below goes in, and nothing is locked
                 where held.merged_into is not null or held.deleted_at is not null
            ) then
                raise exception 'a client was merged or deleted meanwhile' using errcode = 'serialization_failure';
            end if;
        end if;

        if linking then
            with made as (
                insert into client_key as k (business_id, kind, key, client_uid)
                select p.business_id, p.other_kind, p.other_key, owners[p.n + 1]
                  from unnest(batch) p
                 where p.is_lead and p.other_key is not null and (p.may_write or p.client_uid = owners[p.n + 1])
                 order by p.n
                    on conflict do nothing
                returning k.business_id, k.kind, k.key, k.client_uid
            )
            select coalesce(jsonb_object_agg(concat_ws(' ', first.business_id, first.kind, first.key), first.n), '{}') into linked
              from (select m.business_id, m.kind, m.key, min(p.n) as n
                      from made m
                      join unnest(batch) p
                        on p.business_id = m.business_id and p.other_kind = m.kind and p.other_key = m.key
                       and owners[p.n + 1] = m.client_uid and (p.may_write or p.client_uid = m.client_uid)
                     group by m.business_id, m.kind, m.key) first;
        end if;

        insert into client (business_id, uid, first_name, last_name, email, phone, phone_e164, address, fields, status,
                            tags, source, source_url, message_count, is_test)
        select p.business_id, p.client_uid, p.first_name, p.last_name,
               case when p.kind = 'email'
                      or p.other_kind = 'email' and linked -> concat_ws(' ', p.business_id, p.other_kind, p.other_key) = to_jsonb(p.n)
                    then p.email end,
               p.phone, p.phone_e164, p.address, coalesce(p.fields::jsonb, '{}'), coalesce(p.status, 'lead'),
               coalesce(p.tags, '{}'), p.source, p.source_url, 1, p.is_test
          from unnest(batch) p
         where p.is_lead and p.client_uid = coalesce(owners[p.n + 1], p.client_uid);

        -- 4. facts: with the locked rows in sight, decide what is filled, kept and suggested
        if linking then
            select coalesce(array_agg(k), '{}') into seconds from second_keys(batch, owners, linked) k;
        end if;
        if met then
            followers := decide_followers(batch, owners, seconds);
        end if;
        if met or linking then
            select array_agg(case
                       when f.n is not null then f
                       when p.is_lead and p.other_key is not null then row(p.n, 1, 1, null, jsonb_build_object('second_key', case
                           when linked -> concat_ws(' ', p.business_id, p.other_kind, p.other_key) = to_jsonb(p.n)
                           then 'linked' else 'clash' end), null)::lead_act end order by p.n)
              into acts
              from unnest(batch) p left join unnest(followers) f on f.n = p.n;
        end if;
        if cardinality(seconds) > 0 then
            insert into suspected_pair as s (business_id, a_uid, b_uid, because, times, first_lead, last_lead)
            select k.business_id, least(k.owner, k.holder), greatest(k.owner, k.holder), min(k.kind), count(*),
                   min(k.conversation_uid), max(k.conversation_uid)
              from unnest(seconds) k
             where k.fate = 'clash'
             group by 1, 2, 3
             order by 1, 2, 3
                on conflict (business_id, a_uid, b_uid) do update
               set times = s.times + excluded.times, last_lead = excluded.last_lead, last_at = now();
        end if;
        if consenting then
            insert into consent (business_id, client_uid, uid, purpose, channel, address, value, act, made_the_client, wording,
                                 wording_hash, page, visitor_ip, visitor_user_agent, captured_at, lead_uid, token_uid)
            select p.business_id, coalesce(owners[p.n + 1], p.client_uid), c.uid, c.purpose, c.channel, c.address, c.value, 'intake',
                   p.client_uid = coalesce(owners[p.n + 1], p.client_uid), c.wording, sha256(convert_to(c.wording, 'UTF8')),
                   c.page, c.visitor_ip, c.visitor_user_agent, c.captured_at, p.conversation_uid, p.token_uid
              from unnest(batch) p,
                   jsonb_to_recordset(p.consents::jsonb) as c (uid text, purpose text, channel text, address text, value boolean,
                       wording text, page text, visitor_ip text, visitor_user_agent text, captured_at text)
             where p.is_lead and p.consents is not null;
        end if;

        perform pg_notify('leadhall_outbox', '');
    end if;

    -- a dead token still in use: its business is told at most once a day
    if dead then
        with told as (
            update token t set told_dead_at = now()
             where t.uid in (select p.token_uid from unnest(batch) p where p.tell_dead)
               and (t.told_dead_at is null or t.told_dead_at < now() - interval '1 day')
            returning t.uid
        )
        insert into outbox (business_id, uid, kind, facts)
        select distinct on (p.token_uid) p.business_id, p.request_uid, 'dead_token', jsonb_build_object('token_uid', p.token_uid)
          from unnest(batch) p join told on told.uid = p.token_uid
         where p.tell_dead
         order by p.token_uid, p.n;
    end if;

    -- 5. the rest, in one statement: nobody else can want these rows, for their ids are new
    return query
    with plan as materialized (
        select p.*, case when p.is_lead then coalesce(owners[p.n + 1], p.client_uid) end as owner,
               (acts[p.n + 1]).revision, (acts[p.n + 1]).message_revision, (acts[p.n + 1]).contact as filled_contact,
               (acts[p.n + 1]).decided, (acts[p.n + 1]).events,
               case when p.n = any (busy) then 'in_flight' when p.n = any (lost) then (before[p.n + 1]).outcome
                    when p.is_lead then 'new' else 'row' end as outcome
          from unnest(batch) p
    ), conversations as (
        insert into conversation (business_id, uid, client_uid, title, source, source_url, business_unread, is_test, last_client_action)
        select p.business_id, p.conversation_uid, p.owner, p.title, p.source, p.source_url, 1, p.is_test, 'message'
          from plan p where p.is_lead
    ), messages as (
        insert into message (business_id, conversation_uid, uid, client_uid, revision, direction, kind, parts)
        select p.business_id, p.conversation_uid, p.message_uid, p.owner, coalesce(p.message_revision, 1),
               'client_to_business', 'api', p.parts::jsonb
          from plan p where p.is_lead
    ), leads as (
        insert into lead (business_id, conversation_uid, client_uid, message_uid, request_uid, token_uid, operation, verdict, contact, facts)
        select p.business_id, p.conversation_uid, p.owner, p.message_uid, p.request_uid, p.token_uid, p.operation, p.verdict,
               coalesce(p.filled_contact, p.contact::jsonb),
               case when p.decided is null then p.facts::jsonb else p.facts::jsonb || p.decided end
          from plan p where p.is_lead
    ), told as (
        insert into outbox (business_id, uid, kind, facts)
        select p.business_id, p.conversation_uid, 'lead',
               jsonb_build_object('events', coalesce(p.events, array['lead/created', 'client/created', 'conversation_item/created']
                                      || array_fill('tag/add'::text, array[coalesce(cardinality(p.tags), 0)]))
                                     || case when p.operation in ('submit_contact_form', 'post_form')
                                             then array['contact_form/created'] else array[]::text[] end,
                                  'client_uid', p.owner, 'client_revision', coalesce(p.revision, 1),
                                  'notifications', coalesce(p.notifications, '{}'), 'is_test', p.is_test)
          from plan p where p.is_lead
    ), logged as (
        insert into request_log (business_id, uid, token_uid, operation, status, verdict, lead_uid, client_request_id,
                                 user_agent, ip, duration_us, content_type, body, truncated, facts, email_mark, phone_mark, unique_id_mark, headers)
        select p.business_id, p.request_uid, p.token_uid, p.operation,
               case p.outcome when 'key_reused' then 422 when 'replay' then coalesce(b.status, 201) else p.answered end,
               case p.outcome when 'key_reused' then 'refused' else p.verdict end,
               case p.outcome when 'new' then p.conversation_uid when 'replay' then b.lead_uid end,
               p.client_request_id, p.user_agent, p.ip::inet, p.duration_us, p.content_type, bodies[p.n + 1], coalesce(p.truncated, false),
               case p.outcome when 'replay' then jsonb_build_object(case when p.idem_key is null then 'folded_into' else 'replay_of' end,
                                                                    coalesce(b.lead_uid, b.request_uid))
                              when 'key_reused' then jsonb_build_object('faults', jsonb_build_array(jsonb_build_object(
                                  'code', 'key_reused', 'field', 'Idempotency-Key', 'message', 'This key was used for another request')))
                              else coalesce(p.row_facts::jsonb, '{}') end,
               p.email_mark, p.phone_mark, p.unique_id_mark, p.headers
          from plan p
         cross join lateral (select (before[p.n + 1]).*) b
         where p.outcome <> 'in_flight'
    )
    select p.n, p.outcome, p.owner, null::text, null::text, null::text, p.decided, null::int, null::text, null::bytea
      from plan p
     where p.outcome <> 'replay';

    -- who was here before; read now, so that a lead of this very batch is found too
    if cardinality(lost) > 0 then
        return query
        select p.n, b.outcome, l.client_uid, l.conversation_uid, l.message_uid, coalesce(l.request_uid, b.request_uid),
               l.facts, b.status::int, b.content_type, b.answer
          from unnest(batch) p
         cross join lateral (select (before[p.n + 1]).*) b
          left join lateral (select * from lead l where l.business_id = p.business_id and l.conversation_uid = b.lead_uid limit 1) l on true
         where b.outcome = 'replay';
    end if;
end $$;
