-- name: insert
insert into client (business_id, uid, first_name, last_name, email, phone, address, source, source_url, channel, campaign,
                    status, assigned_staff_uid, phone_e164, fields, tags)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
returning uid, first_name, last_name, email, phone, phone_e164, address, fields, status, tags, source, source_url, channel,
          campaign, assigned_staff_uid, revision, created_at, updated_at
