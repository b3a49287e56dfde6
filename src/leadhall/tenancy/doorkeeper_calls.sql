-- name: find_token
select find_token($1, $2)

-- name: touch_tokens
select touch_tokens($1)
