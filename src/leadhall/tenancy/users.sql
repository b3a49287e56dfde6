-- name: by_key
select id, uid, email, first_name, last_name, phone, locale, created_at, disabled_at from app_user where email_key = $1
