-- psql, after a dump's own statements and in the same transaction: nobody ever saw the restored rows
-- under the name that is served. They get it when their count is right and sending off is written.
alter schema leadhall rename to leadhall_restoring;
do $$
begin
    if to_regnamespace('leadhall_stepped_aside') is not null then
        alter schema leadhall_stepped_aside rename to leadhall;
    end if;
end $$;
