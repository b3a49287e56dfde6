-- Import jobs. Both walls stand: row security, and business_id in every statement but the worker's.

-- name: open
insert into import_job (business_id, uid, source, validates, overrides, mapping, sha256, actor, token_uid, total)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
returning business_id, uid, number, source, validates, overrides, mapping, actor, token_uid, state, error, total, taken, created, updated,
          skipped, failed, created_at, updated_at

-- name: keep_file
insert into import_file (business_id, job_uid, content) values ($1, $2, $3)

-- name: broken_off
select business_id, uid, number, source, validates, overrides, mapping, actor, token_uid, state, error, total, taken, created, updated,
          skipped, failed, created_at, updated_at
  from import_job
 where business_id = $1 and source = 'cli' and state = 'processing' and sha256 = $2 and mapping = $3 and overrides = $4
   and not validates
 order by created_at desc limit 1

-- name: get
select business_id, uid, number, source, validates, overrides, mapping, actor, token_uid, state, error, total, taken, created, updated,
          skipped, failed, created_at, updated_at
  from import_job where business_id = $1 and uid = $2

-- name: waiting
-- The oldest job that the worker is to go on with, and that no other worker holds.
select business_id, uid, number, source, validates, overrides, mapping, actor, token_uid, state, error, total, taken, created, updated,
          skipped, failed, created_at, updated_at
  from import_job
 where state in ('pending', 'processing') and source <> 'cli'
 order by created_at limit 1
   for update skip locked

-- name: file
select content from import_file where business_id = $1 and job_uid = $2

-- name: items
select n, state, client_uid, external_id, faults, cells
  from import_item
 where business_id = $1 and job_uid = $2 and ($3::text is null or state = $3) and n > $4
 order by n limit $5

-- name: note_items
insert into import_item (business_id, job_uid, n, state, client_uid, external_id, faults, cells)
select $1::bigint, $2::text, r.*
  from jsonb_to_recordset($3::jsonb) as r (n int, state text, client_uid text, external_id text, faults jsonb, cells jsonb)

-- name: advance
update import_job
   set state = 'processing', taken = taken + $3, created = created + $4, updated = updated + $5, skipped = skipped + $6,
       failed = failed + $7, updated_at = now()
 where business_id = $1 and uid = $2
returning business_id, uid, number, source, validates, overrides, mapping, actor, token_uid, state, error, total, taken, created, updated,
          skipped, failed, created_at, updated_at

-- name: finish
update import_job set state = $3, error = $4, updated_at = now() where business_id = $1 and uid = $2
returning business_id, uid, number, source, validates, overrides, mapping, actor, token_uid, state, error, total, taken, created, updated,
          skipped, failed, created_at, updated_at

-- name: drop_file
delete from import_file where business_id = $1 and job_uid = $2

-- name: external_ids
-- The first $3 of each kind.
select s.state, array(select i.external_id from import_item i
                       where i.business_id = $1 and i.job_uid = $2 and i.state = s.state and i.external_id is not null
                       order by i.n limit $3) as ids
  from unnest('{created,failed,updated,skipped}'::text[]) as s (state)
