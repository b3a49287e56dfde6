import io
import json
import logging

import pytest
import structlog

from leadhall.core.logs import configure_logs, without_secret
from leadhall.core.secrets import new_secret


@pytest.fixture
def lines():
    """What was logged since `configure_logs(…, stream=lines)`; the logging of before is put back."""
    before, root = structlog.get_config(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield io.StringIO()
    structlog.configure(**before)
    root.handlers[:], root.level = handlers, level


def logger():
    return structlog.wrap_logger(None)


def test_a_line_is_one_line_whatever_a_stranger_put_in_it(lines):
    configure_logs("info", as_json=False, stream=lines)
    logger().info("refused", path="/x\r\n2026 error  forged\x1b[2J\u202e")

    assert len(lines.getvalue().splitlines()) == 1
    assert "\x1b" not in lines.getvalue()
    assert "\u202e" not in lines.getvalue()
    assert "\\r\\n" in lines.getvalue()


def test_as_json_a_line_is_an_object(lines):
    configure_logs("info", as_json=True, stream=lines)
    logger().info("ready", state="ready")

    told = json.loads(lines.getvalue())
    assert (told["event"], told["level"], told["state"]) == ("ready", "info", "ready")


def test_no_secret_is_ever_logged(lines):
    secret = new_secret("lh_staff")
    configure_logs("debug", as_json=False, stream=lines)
    logger().debug("x", token="abc", note=f"Bearer {secret}", dsn="postgresql://a:b@c", why="at postgresql://u:pw@h/d")

    for leak in (secret, "abc", "a:b", "pw"):
        assert leak not in lines.getvalue()


@pytest.mark.parametrize("level", ["info", "warning", "error"])
def test_no_personal_data_is_logged_at_info_and_above(lines, level):
    configure_logs("info", as_json=False, stream=lines)
    error = ValueError("Key (email)=(ruth@example.com) exists; got 'Ruth' and +1 (415) 555-0132")
    getattr(logger(), level)("x", email="ruth@example.com", first_name="Ruth", exc_info=error)

    assert "ValueError" in lines.getvalue()
    for leak in ("ruth", "Ruth", "555"):
        assert leak not in lines.getvalue()


def test_an_error_tells_its_frames_and_no_values(lines):
    private = "value-of-a-variable"
    configure_logs("info", as_json=False, stream=lines)
    try:
        private.index("nothing")
    except ValueError as error:
        logger().error("x", exc_info=error)

    assert "test_logs.py" in lines.getvalue()
    assert private not in lines.getvalue()


def test_libraries_log_through_the_same_chain(lines):
    configure_logs("info", as_json=True, stream=lines)
    logging.getLogger("asyncio").error("broken\nhere")
    logging.getLogger("asyncio").info("chatter")

    assert [json.loads(line)["event"] for line in lines.getvalue().splitlines()] == ["broken\\nhere"]


def test_what_is_below_the_level_is_not_logged(lines):
    configure_logs("warning", as_json=False, stream=lines)
    logger().info("chatter")

    assert not lines.getvalue()


def test_what_is_named_like_a_secret_or_looks_like_one_is_not_written_down():
    secret = new_secret("lh_dir")

    assert without_secret("access_token", "abc") == "(secret)"
    assert without_secret("search_term", f"a {secret} b") == "a (secret) b"
    assert without_secret("token_uid", "abc") == "abc"
