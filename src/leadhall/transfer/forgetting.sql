-- name: turn
select pg_try_advisory_xact_lock(506417605)

-- name: forget
-- Rows of old jobs, a bite at a time; a job goes when none of its rows is left. One that somebody at a terminal broke off
-- and never went on with is over, too; one that waits for the worker is not.
with old as materialized (
    select business_id, uid from import_job
     where updated_at < now() - make_interval(days => $1) and (state in ('done', 'error') or source = 'cli')
     order by updated_at limit 100
), bite as (
    select i.business_id, i.job_uid, i.n
      from old o join import_item i on i.business_id = o.business_id and i.job_uid = o.uid
     limit 10000
), gone as (
    delete from import_item i using bite b where (i.business_id, i.job_uid, i.n) = (b.business_id, b.job_uid, b.n)
), files as (
    delete from import_file f using old o where f.business_id = o.business_id and f.job_uid = o.uid
)
delete from import_job j using old o
 where j.business_id = o.business_id and j.uid = o.uid
   and not exists (select from import_item i where i.business_id = j.business_id and i.job_uid = j.uid)
