import pytest

from leadhall.web.console.browsers import browser_called


@pytest.mark.parametrize(
    ("said", "called"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/149.0 Safari/537.36", "Chrome, Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/149.0 Safari/537.36 Edg/149.0",
            "Edge, Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1 Version/19.0 Safari/604.1",
            "Safari, iPhone",
        ),
        ("curl/8.9", "curl/8.9"),
        ("", None),
    ],
)
def test_a_browser_is_called_as_its_owner_knows_it(said, called):
    assert browser_called(said) == called
