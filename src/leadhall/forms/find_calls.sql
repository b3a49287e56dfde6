-- name: by_key
select find_form_key($1, null)

-- name: by_business
select find_form_key(null, $1)
