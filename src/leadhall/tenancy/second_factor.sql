-- The second factor of whoever comes in: it is not known yet whose rows may be seen. Functions that run as their owner,
-- laid anew whenever this text changes; no role at work reads the tables.

-- Of a user: the sealed key, since when it is asked for (null while it is being set up), recovery codes left, and their
-- address. Null for who has none.
create or replace function second_factor_of(of_user bigint) returns jsonb
language sql stable security definer set search_path = leadhall, pg_temp as $$
    select jsonb_build_object('email', u.email, 'sealed', translate(encode(f.sealed, 'base64'), E'\n', ''),
                              'confirmed_at', f.confirmed_at,
                              'codes_left', (select count(*) from recovery_code c where c.user_id = of_user and c.used_at is null))
      from second_factor f join app_user u on u.id = f.user_id
     where f.user_id = of_user
$$;

-- A key to be confirmed; another one while none was. False where one is asked for already.
create or replace function begin_second_factor(of_user bigint, new_sealed bytea) returns boolean
language plpgsql security definer set search_path = leadhall, pg_temp as $$
begin
    insert into second_factor as f (user_id, sealed) values (of_user, new_sealed)
        on conflict (user_id) do update set sealed = excluded.sealed, created_at = now() where f.confirmed_at is null;
    return found;
end $$;

-- Ask for it from now on; these recovery codes are good. False for what was confirmed before.
create or replace function confirm_second_factor(of_user bigint, at_step bigint, code_hashes bytea[]) returns boolean
language plpgsql security definer set search_path = leadhall, pg_temp as $$
begin
    update second_factor set confirmed_at = now(), last_step = at_step where user_id = of_user and confirmed_at is null;
    if not found then
        return false;
    end if;
    delete from recovery_code where user_id = of_user;
    insert into recovery_code (user_id, hash) select of_user, unnest(code_hashes);
    return true;
end $$;

-- Take the code of a step: once, and none from before one that was taken.
create or replace function take_step(of_user bigint, at_step bigint) returns boolean
language plpgsql security definer set search_path = leadhall, pg_temp as $$
begin
    update second_factor set last_step = at_step
     where user_id = of_user and confirmed_at is not null and last_step < at_step;
    return found;
end $$;

-- Take a recovery code: once.
create or replace function take_recovery_code(of_user bigint, by_hash bytea) returns boolean
language plpgsql security definer set search_path = leadhall, pg_temp as $$
begin
    update recovery_code set used_at = now() where user_id = of_user and hash = by_hash and used_at is null;
    return found;
end $$;

-- Ask for none any more. False for who had none.
create or replace function drop_second_factor(of_user bigint) returns boolean
language plpgsql security definer set search_path = leadhall, pg_temp as $$
begin
    delete from recovery_code where user_id = of_user;
    delete from second_factor where user_id = of_user;
    return found;
end $$;

do $$
declare
    called text;
begin
    foreach called in array array[
        'second_factor_of(bigint)', 'begin_second_factor(bigint, bytea)', 'confirm_second_factor(bigint, bigint, bytea[])',
        'take_step(bigint, bigint)', 'take_recovery_code(bigint, bytea)', 'drop_second_factor(bigint)'] loop
        execute format('revoke execute on function %s from public', called);
        if exists (select from pg_roles where rolname = 'leadhall_app') then
            execute format('grant execute on function %s to leadhall_app', called);
        end if;
    end loop;
end $$;
