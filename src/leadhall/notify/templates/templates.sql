-- name: add
-- The columns in the order of NewTemplate. None for a code name that is taken.
insert into notification_template (business_id, uid, code_name, title, description, category, configurable_by_staff,
                                   trigger_type, delivery_channels, content, made_by)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    on conflict (business_id, code_name) do nothing
returning uid, code_name, title, description, category, configurable_by_staff, trigger_type, delivery_channels, content,
          created_at, updated_at

-- name: count
select count(*) from notification_template where business_id = $1

-- name: page
-- A business has at most 500, so that they may be sorted.
select uid, code_name, title, description, category, configurable_by_staff, trigger_type, delivery_channels, content,
       created_at, updated_at
  from notification_template
 where business_id = $1
 order by case $2::text when 'updated_at:asc' then updated_at when 'created_at:asc' then created_at end,
          case $2::text when 'updated_at:desc' then updated_at when 'created_at:desc' then created_at end desc, uid desc
offset $3 limit $4

-- name: one
select uid, code_name, title, description, category, configurable_by_staff, trigger_type, delivery_channels, content,
       created_at, updated_at
  from notification_template where business_id = $1 and uid = $2

-- name: by_code_name
select uid, code_name, title, description, category, configurable_by_staff, trigger_type, delivery_channels, content,
       created_at, updated_at
  from notification_template where business_id = $1 and code_name = $2

-- name: change
update notification_template
   set code_name = $3, title = $4, description = $5, category = $6, configurable_by_staff = $7, trigger_type = $8,
       delivery_channels = $9, content = $10, updated_at = now()
 where business_id = $1 and uid = $2
returning uid, code_name, title, description, category, configurable_by_staff, trigger_type, delivery_channels, content,
          created_at, updated_at

-- name: remove
delete from notification_template where business_id = $1 and uid = $2 returning uid
