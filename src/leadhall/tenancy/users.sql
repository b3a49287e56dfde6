-- name: make
insert into app_user (uid, email, email_key, first_name, last_name, phone) values ($1, $2, $3, $4, $5, $6)
    on conflict (email_key) do nothing

-- name: by_key
select id, uid, email, first_name, last_name, phone, locale, created_at, disabled_at from app_user where email_key = $1
