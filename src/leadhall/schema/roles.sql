-- The four roles, made where the login may make roles. They belong to the cluster, not to one database.
do $$
declare
    wanted text;
begin
    foreach wanted in array array['leadhall_owner', 'leadhall_app', 'leadhall_intake', 'leadhall_worker'] loop
        begin
            execute format('create role %I nologin', wanted);
        exception when duplicate_object or unique_violation then null;
        end;
        begin                                        -- since 16 the maker of a role may not yet become it
            execute format('grant %I to current_user', wanted);
        exception when insufficient_privilege or invalid_grant_operation then null;
        end;
    end loop;
end $$;
