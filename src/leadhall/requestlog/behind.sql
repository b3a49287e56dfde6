-- name: write
-- Many rows at once; one that is there already (a retry after a cut link) is left as it is.
insert into request_log (business_id, uid, at, token_uid, operation, status, verdict, client_request_id, user_agent, ip,
                         duration_us, content_type, body, truncated, facts, email_mark, phone_mark, unique_id_mark,
                         headers, answer, answer_type, answer_cut)
select business_id, uid, at, token_uid, operation, status, verdict, client_request_id, user_agent, ip::inet,
       duration_us, content_type, body, truncated, facts::jsonb, email_mark, phone_mark, unique_id_mark,
       headers, answer, answer_type, answer_cut
  from unnest($1::bigint[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::smallint[], $7::text[], $8::text[],
              $9::text[], $10::text[], $11::int[], $12::text[], $13::bytea[], $14::boolean[], $15::text[], $16::bytea[],
              $17::bytea[], $18::bytea[], $19::text[], $20::bytea[], $21::text[], $22::boolean[])
    as row (business_id, uid, at, token_uid, operation, status, verdict, client_request_id, user_agent, ip,
            duration_us, content_type, body, truncated, facts, email_mark, phone_mark, unique_id_mark,
            headers, answer, answer_type, answer_cut)
    on conflict do nothing
