-- Words are looked up by an index that row security would keep from being used: no operator of tsvector is leakproof.
-- So this function runs as its owner, and sees to the scope itself, by the very words of the policies in access.sql.

-- Whether PostgreSQL's statistics of words expect `looked_up` (a tsquery) in more than one document of 250, and in more
-- than 8,000, which are read at once. Volatile, as who calls it must be: nothing is explained to a function that is not.
create or replace function is_often(looked_up text) returns boolean language plpgsql volatile
set search_path = leadhall, pg_temp as $$
declare
    plan json;
begin
    execute format('explain (format json) select from search_doc where words @@ %L::tsquery', looked_up) into plan;
    return (plan #>> '{0,Plan,Plan Rows}')::bigint
           > (select greatest(8000, reltuples / 250) from pg_class where oid = 'search_doc'::regclass);
end $$;

-- Uids of what holds `wanted` (a tsquery) in a business, newest first, below a uid (null: from the top), at most `most`.
-- `looked_up` is what of it the index is asked for; the rest is looked for in what was found.
-- What is common is among the newest few already. What is rare is found by the index of words, which knows where all of it
-- is, but not what of that is new; so of what is expected often the newest `far` are read first (0: never, where
-- expectations are vain), and only a word that went out of use costs all that has it. Always by the index: the
-- plan by the primary key would read every document.
drop function if exists find_docs(bigint, text, text, text, text, int, int);
create or replace function find_docs(
    of_business bigint, of_kind text, wanted text, looked_up text, below text, most int, newest int, far int default 0)
returns setof text language plpgsql volatile security definer
set search_path = leadhall, pg_temp set plan_cache_mode = force_custom_plan set enable_seqscan = off as $$
declare
    asked tsquery := wanted::tsquery;
    start text := coalesce(below, '~');
    found_ones text[];
begin
    if not (of_business = any (string_to_array(nullif(current_setting('app.business_ids', true), ''), ',')::bigint[])
            or exists (select from business b where b.id = of_business and b.directory_id =
                       nullif(current_setting('app.directory_id', true), '')::bigint)) is true then
        return;
    end if;
    for looks in 1..2 loop
        found_ones := array(
            select r.uid
              from (select d.uid, d.words from search_doc d
                     where d.business_id = of_business and d.kind = of_kind and d.uid < start
                     order by d.uid desc limit case looks when 1 then newest else far end) r
             where r.words @@ asked
             order by r.uid desc limit most);
        exit when cardinality(found_ones) = most or far = 0 or not is_often(looked_up);
    end loop;
    if cardinality(found_ones) < most then
        found_ones := array(
            with hits as materialized (
                select d.business_id, d.kind, d.uid, case when looked_up <> wanted then d.words end as words
                  from search_doc d where d.words @@ looked_up::tsquery)
            select h.uid from hits h
             where h.business_id = of_business and h.kind = of_kind and h.uid < start
               and (h.words is null or h.words @@ asked)
             order by h.uid desc limit most);
    end if;
    return query select f.uid from unnest(found_ones) with ordinality as f (uid, n) order by f.n;
end $$;
