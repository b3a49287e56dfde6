-- What an installation stores about itself.

-- name: store
insert into instance_setting (name, value) values ($1, $2::text::jsonb)
    on conflict (name) do update set value = excluded.value, updated_at = now()

-- name: read
select value::text from instance_setting where name = $1

-- name: forget
delete from instance_setting where name = $1 returning name
