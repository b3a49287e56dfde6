"""The figures of reliability.md P5, walked with a clock of its own."""

import pytest

from leadhall.dispatch.schedule import EMAIL, JITTER, SCHEDULES, SMS, WEBHOOK, schedule_of

HOUR = 3600


@pytest.mark.parametrize(
    ("schedule", "tries", "hours"),
    [(WEBHOOK, 10, 75.6), (EMAIL, 9, 46.4), (SMS, 6, 1.7)],
    ids=["webhook", "email", "sms"],
)
def test_a_channel_is_tried_so_often_and_given_up_after_so_long(schedule, tries, hours):
    begun = [0.0]
    while (wait_s := schedule.wait_s(len(begun), lambda: 0.5)) is not None:
        begun.append(begun[-1] + wait_s)

    assert len(begun) == tries
    assert begun[-1] / HOUR == pytest.approx(hours, abs=0.06)


def test_webhooks_are_tried_at_the_times_that_are_promised():
    begun = [0.0]
    while (wait_s := WEBHOOK.wait_s(len(begun), lambda: 0.5)) is not None:
        begun.append(wait_s)

    assert begun == [0, 5, 300, 1800, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR]


@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)
@pytest.mark.parametrize(("chance", "share"), [(0.0, 1 - JITTER), (0.5, 1.0), (1.0, 1 + JITTER)])
def test_each_wait_is_a_fifth_shorter_or_longer_at_most(schedule, chance, share):
    for tries, plain_s in enumerate(schedule.waits_s, start=1):
        assert schedule.wait_s(tries, lambda: chance) == pytest.approx(plain_s * share)


def test_a_channel_without_figures_is_tried_like_mail():
    assert schedule_of("pigeon") is EMAIL
