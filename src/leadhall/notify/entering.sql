-- name: forget_set_up
delete from mail_link where business_id = 0 and act = 'set_up'
