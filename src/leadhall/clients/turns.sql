-- Whose turn it is: each message of a client takes the next number under the client's row lock, so that they have no
-- gap and no double (reliability.md P4). The lock comes before the conversation's, as intake and merges lock.
-- A person who was put away still writes. No row: no such client, or it was merged into another meanwhile.
create or replace function take_turn(of_business bigint, of_client text)
returns table (message_revision bigint, client_revision bigint)
language sql as $$
    update client set message_count = message_count + 1, revision = revision + 1
     where business_id = of_business and uid = of_client and merged_into is null
 returning message_count, revision
$$;
