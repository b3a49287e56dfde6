-- name: business
select name, phone, locale from business where id = $1
