"""Figures: every day has its number, sources stand apart, and the chart has its table."""

from datetime import date

from leadhall.conversations.figures import DayOfSource
from leadhall.web.console.figures import chart_of
from tests.web.console.browsing import words_of
from tests.web.console.test_settings_in_browser import come_in
from tests.web.leads import send_lead

TODAY = date(2026, 11, 26)


def counted(*rows):
    return [DayOfSource(day=date(2026, 11, day), source=source, leads=leads) for day, source, leads in rows]


def test_a_day_without_leads_is_a_nought():
    chart = chart_of(counted((24, "site", 2), (26, "site", 1)), TODAY, 3)

    assert chart.leads == [[2, 0, 1]]
    assert chart.rows[0] == (TODAY, [1], 1)


def test_the_largest_sources_stand_alone_and_the_rest_together():
    rows = [(26, name, 10 - n) for n, name in enumerate("abcdefg")] + [(26, None, 20)]
    chart = chart_of(counted(*rows), TODAY, 1)

    assert chart.sources == [None, "a", "b", "c", "d", ""]
    assert chart.leads[-1] == [6 + 5 + 4]


def test_without_leads_there_is_nothing_to_draw():
    assert chart_of([], TODAY, 7).rows[0] == (TODAY, [], 0)


async def test_the_page_tells_how_many_came_and_were_answered(ask, ann, world, owner):
    await send_lead(ask, world.first.token)
    await send_lead(ask, world.first.token)
    await owner.execute(
        "update conversation set first_answered_at = created_at + interval '5 minutes' where uid = "
        "(select min(uid) from conversation)"
    )
    page = words_of(await ann.text("/figures"))

    assert "Leads 2 Answered 1 Half were answered within 5 minutes" in page


async def test_the_chart_is_drawn(page, served, owner, ask, world):
    await send_lead(ask, world.first.token, source="</script><img src=x onerror=alert(1)>")
    await come_in(page, served, owner)
    await page.goto(f"{served}/figures")

    await page.wait_for_selector("#chart canvas")
