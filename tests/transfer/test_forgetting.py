"""Imports are put away some days after their end; who waits or came lately stays."""

import pytest

from leadhall.transfer.forgetting import OldImports

KEPT_DAYS = 90
JOB = """insert into import_job (business_id, uid, source, mapping, sha256, actor, state, updated_at)
         values ($1, $2, $3, '{}', '', 'somebody', $4, now() - make_interval(days => $5))"""


async def a_job(owner, world, uid, *, source="api", state="done", days_ago=KEPT_DAYS + 1, rows=1):
    await owner.execute(JOB, world.first.id, uid, source, state, days_ago)
    await owner.execute("insert into import_file values ($1, $2, '')", world.first.id, uid)
    await owner.execute(
        """insert into import_item (business_id, job_uid, n, state, cells)
           select $1, $2, n, 'failed', '["Ann"]' from generate_series(1, $3::int) n""",
        *(world.first.id, uid, rows),
    )


@pytest.fixture
def forget(worker_pool):
    return OldImports(worker_pool, keep_days=KEPT_DAYS).forget


async def test_a_job_that_ended_long_ago_goes_with_its_rows(owner, world, forget):
    await a_job(owner, world, "old")
    await a_job(owner, world, "failed", state="error")

    await forget()
    await forget()
    for table in ("import_job", "import_item", "import_file"):
        assert await owner.fetchval(f"select count(*) from {table}") == 0


@pytest.mark.parametrize(
    "job",
    [{"days_ago": KEPT_DAYS - 1}, {"state": "pending"}, {"state": "processing"}],
    ids=["ended lately", "waits", "is done now"],
)
async def test_one_that_ended_lately_or_is_not_over_stays_whole(owner, world, forget, job):
    await a_job(owner, world, "young", **job)

    await forget()
    await forget()
    assert await owner.fetchval("select count(*) from import_item") == 1
    assert await owner.fetchval("select count(*) from import_job") == 1


async def test_one_that_was_broken_off_at_a_terminal_and_left_is_over(owner, world, forget):
    await a_job(owner, world, "left", source="cli", state="processing")

    await forget()
    await forget()
    assert await owner.fetchval("select count(*) from import_job") == 0


async def test_a_large_job_goes_bite_by_bite(owner, world, forget):
    await a_job(owner, world, "large", rows=10_001)

    await forget()
    assert await owner.fetchval("select count(*) from import_item") == 1
    assert await owner.fetchval("select count(*) from import_job") == 1


async def test_only_one_process_puts_away_at_a_time(owner, world, forget):
    await a_job(owner, world, "old")
    async with owner.transaction():
        await owner.execute("select pg_advisory_xact_lock(506417605)")
        await forget()

        assert await owner.fetchval("select count(*) from import_item") == 1
