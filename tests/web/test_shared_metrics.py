import os
import time

import pytest
from prometheus_client.parser import text_string_to_metric_families

from leadhall.web.shared_metrics import SharedMetrics


@pytest.fixture
def two(tmp_path):
    return SharedMetrics(tmp_path, 0), SharedMetrics(tmp_path, 1)


def samples_of(metrics, name):
    families = text_string_to_metric_families(metrics.text().decode())
    return {s.labels["process"]: s.value for family in families for s in family.samples if s.name == name}


def test_whichever_process_is_asked_tells_the_figures_of_all(two):
    first, second = two
    first.request("create_lead", 201, 0.01)
    second.request("create_lead", 201, 0.01)
    second.request("create_lead", 201, 0.01)
    first.write()
    second.write()

    assert samples_of(first, "leadhall_requests_total") == {"0": 1, "1": 2}
    assert samples_of(second, "leadhall_request_seconds_count") == {"0": 1, "1": 2}


def test_a_figure_is_explained_once_whoever_tells_it(two):
    first, second = two
    second.write()

    assert first.text().count(b"# TYPE leadhall_queue_leads gauge") == 1


def test_a_process_that_is_gone_is_told_no_more(two, tmp_path):
    first, second = two
    second.write()
    long_ago = time.time() - 60
    os.utime(tmp_path / "1.json", (long_ago, long_ago))

    assert set(samples_of(first, "leadhall_queue_leads")) == {"0"}
