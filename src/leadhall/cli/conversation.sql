-- name: business_of
select c.business_id from conversation c where c.uid = $1
