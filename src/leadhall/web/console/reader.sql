-- name: business
select locale, time_zone, country, status_labels from business where id = $1
