-- Calls of the functions in second_factor.sql.

-- name: find
select second_factor_of($1)

-- name: begin
select begin_second_factor($1, $2)

-- name: confirm
select confirm_second_factor($1, $2, $3)

-- name: take_step
select take_step($1, $2)

-- name: take_recovery_code
select take_recovery_code($1, $2)

-- name: drop
select drop_second_factor($1)
