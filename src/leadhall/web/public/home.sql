-- name: lately
-- How many conversations were opened since the uid $1 was minted, and the newest: uids are ordered by time, so each
-- business is asked by its primary key alone. At most 1,000 are counted for each. Test leads are no figure.
select coalesce(sum(lately.leads), 0)::bigint as leads, max(lately.newest) as newest
  from business b
 cross join lateral (select count(*) as leads, max(recent.uid) as newest
                       from (select c.uid from conversation c
                              where c.business_id = b.id and c.uid >= $1 and c.uid < $2 and not c.is_test
                              order by c.uid desc limit 1000) recent) lately
 where b.closed_at is null
