-- Who stands behind a public form, as a function that runs as its owner: whoever posts one has no scope yet.
-- It answers jsonb, so that a newer version may tell more while an older one still serves.

-- A living form key by its SHA-256, or the oldest one of the business with this uid. Null when there is none.
create or replace function find_form_key(by_hash bytea, by_business text) returns jsonb
language sql stable security definer set search_path = leadhall, pg_temp as $$
    select jsonb_build_object(
               'uid', k.uid, 'key', k.key, 'label', k.label, 'origins', k.origins, 'settings', k.settings,
               'business_id', b.id, 'directory_id', b.directory_id)
      from form_key k
      join business b on b.id = k.business_id and b.closed_at is null
     where k.revoked_at is null and (k.hash = by_hash or b.uid = by_business)
     order by k.created_at, k.uid
     limit 1
$$;

revoke execute on function find_form_key(bytea, text) from public;
do $$
begin
    if exists (select from pg_roles where rolname = 'leadhall_app') then
        grant execute on function find_form_key(bytea, text) to leadhall_app;
    end if;
end $$;
