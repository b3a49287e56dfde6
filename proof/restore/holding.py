"""What a database holds: of each table the number of its rows and a hash over all of them, in any order."""

from __future__ import annotations

from collections.abc import Iterable

import asyncpg

from leadhall.cluster.dsn import Dsn

SWITCH = "instance_setting"
"""A restore writes here that sending is off."""
HASHING = """
    select string_agg(format('select %L::text as name, count(*) as rows,
                                     md5(coalesce(string_agg(h, '''' order by h), '''')) as hash
                                from (select md5(t::text) as h from only %I.%I t) hashed',
                             c.relname, $1::text, c.relname), ' union all ')
      from pg_class c
     where c.relnamespace = to_regnamespace($1) and c.relkind = 'r' and c.relpersistence <> 't'"""
EACH_ROW = "select format('select md5(t::text) as h from only leadhall.%I t', $1::text)"
SCHEMAS = "select array_agg(nspname::text order by 1) from pg_namespace where nspname like 'leadhall%'"
Holding = dict[str, tuple[int, str]]


async def holding(dsn: Dsn, schema: str = "leadhall", *, but_first: str | None = None) -> Holding:
    """Asked by the superuser, who sees every row. `but_first` is a change that is taken back at the end."""
    connection = await _connect(dsn)
    change = connection.transaction()
    await change.start()
    try:
        if but_first:
            await connection.execute(but_first)
        rows = await connection.fetch(await connection.fetchval(HASHING, schema))
        return {row["name"]: (row["rows"], row["hash"]) for row in rows}
    finally:
        await change.rollback()
        await connection.close()


async def schemas(dsn: Dsn) -> list[str]:
    connection = await _connect(dsn)
    try:
        return list(await connection.fetchval(SCHEMAS))
    finally:
        await connection.close()


async def rows_of(dsn: Dsn, tables: Iterable[str]) -> dict[str, set[str]]:
    """The hash of each row of these."""
    connection = await _connect(dsn)
    try:
        asked = {table: await connection.fetchval(EACH_ROW, table) for table in tables}
        return {table: {row["h"] for row in await connection.fetch(query)} for table, query in asked.items()}
    finally:
        await connection.close()


async def _connect(dsn: Dsn) -> asyncpg.Connection:
    return await asyncpg.connect(**dsn.asyncpg_kwargs(), timeout=10)


def different(one: Holding, other: Holding) -> list[str]:
    """Tables that do not hold the same; the switch is a restore's own."""
    return sorted(name for name in {*one, *other} - {SWITCH} if one.get(name) != other.get(name))
