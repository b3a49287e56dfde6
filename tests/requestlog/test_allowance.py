from leadhall.requestlog import allowance as allowance_module
from leadhall.requestlog.allowance import Allowance


def test_ten_rows_a_minute_are_written_for_one_source_and_the_rest_is_counted():
    allowance = Allowance(clock=lambda: 5.0)

    assert [allowance.take("one") for _ in range(12)] == [True] * 10 + [False] * 2
    assert allowance.take("other") is True
    assert allowance.refused == 2


def test_a_new_minute_is_a_new_allowance():
    now = [0.0]
    allowance = Allowance(clock=lambda: now[0])
    for _ in range(11):
        allowance.take("one")

    now[0] = 60.0

    assert allowance.take("one") is True


def test_a_flood_of_sources_takes_no_more_room_than_is_given(monkeypatch):
    monkeypatch.setattr(allowance_module, "KEYS_MOST", 3)
    allowance = Allowance(clock=lambda: 5.0)

    assert [allowance.take(n) for n in range(5)] == [True, True, True, False, False]
