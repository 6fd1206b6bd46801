"""Which browser the tests take, and what they say when there is none."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.browser.conftest import chromium_of

NOWHERE: Any = SimpleNamespace(chromium=SimpleNamespace(executable_path="/nowhere/chrome"))


def test_the_named_browser_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "/bin/sh")
    assert chromium_of(NOWHERE) == "/bin/sh"


def test_a_missing_browser_fails_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(pytest.fail.Exception, match="apt-get install chromium"):
        chromium_of(NOWHERE)
