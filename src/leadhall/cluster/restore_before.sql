-- psql, before a dump's own statements and in the same transaction. What is there steps aside meanwhile.
select set_config('role', :'role', false) where :'role' <> '';
set client_min_messages = warning;
drop schema if exists leadhall_restoring cascade;
do $$
begin
    if to_regnamespace('leadhall') is not null then
        alter schema leadhall rename to leadhall_stepped_aside;
    end if;
end $$;
