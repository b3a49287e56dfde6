-- name: record
insert into audit (business_id, uid, actor, act, subject, facts) values ($1, $2, $3, $4, $5, $6)
