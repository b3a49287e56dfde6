-- Words are looked up by an index that row security would keep from being used: no operator of tsvector is leakproof.
-- So these functions run as their owner, and see to the scope themselves, by the very words of the policies in access.sql.

drop function if exists find_docs(bigint, text, text, text, text, int, int);
drop function if exists find_docs(bigint, text, text, text, text, int, int, int);
drop function if exists is_often(text);

-- Whether a business is in the scope of the transaction.
create or replace function is_in_scope(of_business bigint) returns boolean language sql stable
set search_path = leadhall, pg_temp as $$
    select (of_business = any (string_to_array(nullif(current_setting('app.business_ids', true), ''), ',')::bigint[])
            or exists (select from business b where b.id = of_business and b.directory_id =
                       nullif(current_setting('app.directory_id', true), '')::bigint)) is true
$$;

-- Of the `newest` documents of a business below a uid (null: from the top), those that hold `wanted` (a tsquery), newest
-- first, at most `most`. Where those are too few: the last uid that was looked at, null when fewer than `newest` are there;
-- and below which uid what is indexed waits to be read anew (null: nothing).
create or replace function find_newest(
    of_business bigint, of_kind text, wanted text, below text, most int, newest int,
    out uids text[], out reached text, out again text)
language plpgsql volatile security definer
set search_path = leadhall, pg_temp set plan_cache_mode = force_custom_plan set enable_seqscan = off as $$
declare
    asked tsquery := wanted::tsquery;
    start text := coalesce(below, '~');
begin
    if not is_in_scope(of_business) then
        return;
    end if;
    uids := array(
        select r.uid
          from (select d.uid, d.words from search_doc d
                 where d.business_id = of_business and d.kind = of_kind and d.uid < start
                 order by d.uid desc limit newest) r
         where r.words @@ asked
         order by r.uid desc limit most);
    if cardinality(uids) < most then
        reached := (select d.uid from search_doc d
                     where d.business_id = of_business and d.kind = of_kind and d.uid < start
                     order by d.uid desc limit 1 offset greatest(newest - 1, 0));
        again := (select a.below from search_again a where a.business_id = of_business and a.kind = of_kind);
    end if;
end $$;

-- Uids of what the index of words has for `looked_up` (a tsquery) and that also holds `wanted` (null: nothing else), from a
-- uid on and below another (null: to the top), newest first, at most `most`. Always by the index: the plan by the primary
-- key would read every document. The index knows where all is that has a word, but not what of it is new: all of it is read.
create or replace function find_indexed(
    of_business bigint, of_kind text, looked_up text, wanted text, since text, below text, most int)
returns setof text language plpgsql volatile security definer
set search_path = leadhall, pg_temp set plan_cache_mode = force_custom_plan set enable_seqscan = off as $$
declare
    asked tsquery := wanted::tsquery;
    start text := coalesce(below, '~');
begin
    if not is_in_scope(of_business) then
        return;
    end if;
    return query
        with hits as materialized (
            select d.business_id, d.kind, d.uid, case when asked is not null then d.words end as words
              from search_doc d where d.words @@ looked_up::tsquery)
        select h.uid from hits h
         where h.business_id = of_business and h.kind = of_kind and h.uid >= since and h.uid < start
           and (h.words is null or h.words @@ asked)
         order by h.uid desc limit most;
end $$;
