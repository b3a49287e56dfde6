import ipaddress
from contextlib import ExitStack

import pytest

from leadhall.core.errors import Busy, RateLimited
from leadhall.web.limits import IN_FLIGHT_MOST, IN_FLIGHT_MOST_OF_AN_IP, InFlight, Limiter


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_a_burst_is_let_through_and_the_next_is_told_when_to_come_back(clock):
    limiter = Limiter(20, clock=clock)
    for _ in range(100):
        limiter.take("p", 1, 9)

    with pytest.raises(RateLimited) as refused:
        limiter.take("p", 1, 9)
    assert refused.value.retry_after_s == pytest.approx(0.05)


def test_a_bucket_refills_at_its_rate(clock):
    limiter = Limiter(20, clock=clock)
    for _ in range(100):
        limiter.take("p", 1, 9)

    clock.now += 0.1

    limiter.take("p", 1, 9)
    limiter.take("p", 1, 9)
    with pytest.raises(RateLimited):
        limiter.take("p", 1, 9)


def test_each_principal_and_business_has_a_bucket_of_its_own(clock):
    limiter = Limiter(1, clock=clock)
    for _ in range(5):
        limiter.take("p", 1, 9)

    limiter.take("p", 2, 9)
    limiter.take("q", 1, 9)
    with pytest.raises(RateLimited):
        limiter.take("p", 1, 9)


def test_a_directory_has_a_bucket_across_its_businesses(clock):
    limiter = Limiter(20, clock=clock)
    for n in range(1000):
        limiter.take("p", n, 9)

    with pytest.raises(RateLimited):
        limiter.take("p", 1000, 9)
    limiter.take("p", 1000, 8)


def test_a_rate_of_zero_switches_limits_off(clock):
    limiter = Limiter(0, clock=clock)

    assert [limiter.take("p", 1, 9) for _ in range(5000)] == [None] * 5000


def test_a_tokens_own_rate_comes_before_the_instances(clock):
    limiter = Limiter(20, clock=clock)
    limiter.take("slow", 1, 9, rate_per_s=1, burst=1)

    with pytest.raises(RateLimited):
        limiter.take("slow", 1, 9, rate_per_s=1, burst=1)
    assert limiter.take("free", 1, 9, rate_per_s=0) is None


def test_a_token_that_may_ask_less_than_once_a_second_may_ask_at_all(clock):
    assert Limiter(20, clock=clock).take("p", 1, 9, rate_per_s=0.01).burst == 1


def test_what_is_left_is_told_in_the_drafts_words(clock):
    limiter = Limiter(20, clock=clock)
    for _ in range(39):
        limiter.take("p", 1, 9)

    assert limiter.take("p", 1, 9).headers() == [
        (b"ratelimit-policy", b'"principal";q=100;w=5'),
        (b"ratelimit", b'"principal";r=60;t=2'),
    ]


def test_buckets_that_are_full_again_are_forgotten(clock, monkeypatch):
    monkeypatch.setattr("leadhall.web.limits.BUCKETS_MOST", 10)
    limiter = Limiter(20, clock=clock)
    for n in range(100):
        clock.now += 10
        limiter.take(f"p{n}", 1, None)

    assert len(limiter._full_at) <= 10


def test_an_ip_has_at_most_fifty_requests_in_flight():
    flight = InFlight()
    with ExitStack() as stack:
        for _ in range(IN_FLIGHT_MOST_OF_AN_IP):
            stack.enter_context(flight.one("203.0.113.9"))
        with pytest.raises(Busy), flight.one("203.0.113.9"):
            pass
        with flight.one("203.0.113.10"):
            pass

    with flight.one("203.0.113.9"):
        pass
    assert flight.now == 0


@pytest.mark.parametrize("ip", ["127.0.0.1", "::1", "", "10.1.2.3"])
def test_loopback_and_trusted_proxies_are_not_counted(ip):
    flight = InFlight((ipaddress.ip_network("10.0.0.0/8"),))
    with ExitStack() as stack:
        for _ in range(IN_FLIGHT_MOST_OF_AN_IP + 1):
            stack.enter_context(flight.one(ip))


def test_a_process_has_at_most_a_thousand_requests_in_flight():
    flight = InFlight()
    with ExitStack() as stack:
        for _ in range(IN_FLIGHT_MOST):
            stack.enter_context(flight.one("127.0.0.1"))
        with pytest.raises(Busy), flight.one("127.0.0.1"):
            pass


def test_a_request_that_fails_leaves_the_count_as_it_was():
    flight = InFlight()
    with pytest.raises(KeyError), flight.one("203.0.113.9"):
        raise KeyError
    assert flight.now == 0
    assert not flight._of
