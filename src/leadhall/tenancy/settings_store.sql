-- name: get
select value from instance_setting where name = $1

-- name: set
insert into instance_setting (name, value) values ($1, $2)
    on conflict (name) do update set value = excluded.value, updated_at = now()

-- name: forget
delete from instance_setting where name = $1

-- name: first_dispatch
insert into instance_setting (name, value)
select 'first_dispatch_at', to_jsonb(now())
 where not exists (select from instance_setting s where s.name = 'sending_off' and s.value = 'true')
    on conflict (name) do nothing
returning true
