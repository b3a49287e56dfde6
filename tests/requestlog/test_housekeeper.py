import asyncio

from leadhall.requestlog.housekeeper import Housekeeper

PARTITIONS = "select count(*) from pg_inherits where inhparent = 'request_log'::regclass"


async def test_keys_and_folds_past_their_time_are_removed_and_others_kept(owner, worker_pool):
    await owner.execute(
        """insert into idempotency (business_id, principal, operation, key, fingerprint, request_uid, status, until)
           values (1, 'p', 'o', 'old', '', 'r', 201, now() - interval '1 s'),
                  (1, 'p', 'o', 'new', '', 'r', 201, now() + interval '1 h')"""
    )
    await owner.execute(
        """insert into repeat (business_id, fingerprint, conversation_uid, until)
           values (1, 'old', 'c', now() - interval '1 s'), (1, 'new', 'c', now() + interval '1 h')"""
    )

    await Housekeeper(worker_pool, keep_days=90).tidy()

    assert await owner.fetchval("select array_agg(key) from idempotency") == ["new"]
    assert await owner.fetchval("select array_agg(fingerprint) from repeat") == [b"new"]


async def test_days_past_their_time_are_dropped_and_days_ahead_made(owner, worker_pool):
    housekeeper = Housekeeper(worker_pool, keep_days=90)
    await housekeeper.tidy()
    before = await owner.fetchval(PARTITIONS)
    await owner.execute(
        "create table request_log_20200101 partition of request_log for values from ('2020-01-01') to ('2020-01-02')"
    )

    await housekeeper.tidy()

    assert await owner.fetchval(PARTITIONS) == before
    assert await owner.fetchval("select to_regclass('request_log_20200101')") is None
    ahead = "select to_regclass('request_log_' || to_char(current_date + 14, 'YYYYMMDD')) is not null"
    assert await owner.fetchval(ahead)


async def test_only_one_process_keeps_house_at_a_time(owner, worker_pool):
    await owner.execute("insert into repeat values (1, 'old', 'c', now() - interval '1 s')")
    async with owner.transaction():
        await owner.execute("select pg_advisory_xact_lock(506417601)")
        await Housekeeper(worker_pool, keep_days=90).tidy()

        assert await owner.fetchval("select count(*) from repeat") == 1


async def test_a_chore_that_fails_does_not_keep_the_others_from_being_done(worker_pool):
    done = asyncio.Event()

    async def failing():
        raise OSError

    async def doing():
        done.set()

    keeping = asyncio.create_task(Housekeeper(worker_pool, keep_days=90, chores=[failing, doing]).run())
    await asyncio.wait_for(done.wait(), 5)
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
