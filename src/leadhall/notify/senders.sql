-- Who sends for a business.

-- name: layers
-- The business's own place, its directory's, then the installation's (without a name): each with what is set there.
select place.business_id, place.directory_id, place.name, mail.settings as mail, mail.sealed as mail_sealed,
       mail.verified_at is not null as verified, sms.settings as sms, sms.sealed as sms_sealed
  from (select b.id as business_id, 0::bigint as directory_id, b.name, 1 as nearness from business b where b.id = $1
        union all
        select 0, d.id, d.name, 2 from business b join directory d on d.id = b.directory_id where b.id = $1
        union all
        select 0, 0, null, 3) place
  left join sender_profile mail on mail.business_id = place.business_id and mail.directory_id = place.directory_id
                               and mail.channel = 'email'
  left join sender_profile sms on sms.business_id = place.business_id and sms.directory_id = place.directory_id
                              and sms.channel = 'sms'
 order by place.nearness
