-- name: term
select coalesce(settings ->> 'client_term', 'clients') from business where id = $1
