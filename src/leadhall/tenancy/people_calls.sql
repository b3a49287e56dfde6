-- Calls of the functions in people.sql.

-- name: make_user
select make_user($1, $2, $3, $4, $5, $6, $7)

-- name: find_login
select find_login($1)

-- name: set_password
select set_password($1, $2)

-- name: open_session
select open_session($1, $2, $3, $4, $5::text::inet)

-- name: find_session
select find_session($1)

-- name: close_sessions
select close_sessions($1, $2)

-- name: sessions_of
select sessions_of($1, $2)

-- name: choose_business
select choose_business($1, $2)

-- name: close_session_of
select close_session_of($1, $2)

-- name: find_person
select find_person($1)

-- name: set_person
select set_person($1, $2, $3, $4)

-- name: administered
select administered_by($1)

-- name: memberships
select memberships_of($1, $2)

-- name: find_app
select find_app($1, $2)

-- name: take_code
select take_code($1, $2)

-- name: keep_code
insert into oauth_code (business_id, hash, app_id, user_id, staff_uid, redirect_uri, scope, code_challenge)
values ($1, $2, $3, $4, $5, $6, $7, $8)
