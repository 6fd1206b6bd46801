import json
import logging

import pytest
import structlog

from store import logs


@pytest.fixture(autouse=True)
def _restore() -> object:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_unknown_fields_never_reach_the_log(capfd: pytest.CaptureFixture[str]) -> None:
    logs.configure("info")
    structlog.get_logger().info("turn", channel="web", text="em bị nhốt", token="abc", phone="09")
    entry = json.loads(capfd.readouterr().err)
    assert entry["event"] == "turn"
    assert entry["channel"] == "web"
    assert not {"text", "token", "phone"} & set(entry)


def test_library_words_are_dropped(capfd: pytest.CaptureFixture[str]) -> None:
    logs.configure("info")
    logging.getLogger("somewhere").error("người dùng viết: %s", "cứu em với")
    out = capfd.readouterr().err
    assert "somewhere" in out
    assert "cứu" not in out
