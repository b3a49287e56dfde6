-- name: term
select coalesce(settings ->> 'client_term', 'clients') from business where id = $1

-- name: select
update business set settings = settings || jsonb_build_object('client_term', $2::text), updated_at = now() where id = $1
