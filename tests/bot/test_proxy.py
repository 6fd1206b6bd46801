"""The environment's proxy is used for the platforms, and not where it says so."""

import pytest
from yarl import URL

from bot.channels.proxy import through_proxy

API = "https://api.telegram.org"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def test_without_a_proxy_the_way_is_straight() -> None:
    assert through_proxy(API) == {}


def test_a_proxy_with_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://an:bi-mat@proxy.example:3128")
    through = through_proxy(API)
    assert through["proxy"] == URL("http://proxy.example:3128")
    assert through["proxy_auth"].login == "an"
    assert through["proxy_auth"].password == "bi-mat"


def test_an_address_that_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "telegram.org,localhost")
    assert through_proxy(API) == {}
    assert through_proxy("https://openapi.zalo.me") == {"proxy": URL("http://proxy.example:3128")}
