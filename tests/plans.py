"""What a statement read when it was carried out, by the plan for its arguments or by the one that is made for all."""

import json


def rows_read(plan):
    """The most rows that a step of the plan read or threw away."""
    own = plan["Actual Rows"] * plan["Actual Loops"] + plan.get("Rows Removed by Filter", 0)
    return max([own, *(rows_read(each) for each in plan.get("Plans", ()))])


async def plan_of(owner, statement, *arguments, generic=False):
    """As it was executed; `generic`: by the plan that is made once for all arguments."""
    await owner.execute(f"set plan_cache_mode = force_{'generic' if generic else 'custom'}_plan")
    explained = await owner.fetchval(f"explain (analyze, format json) {statement}", *arguments)
    return json.loads(explained)[0]["Plan"]
