"""The environment's proxy is used for the platforms, and not where it says so."""

from base64 import b64encode

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import RawTestServer
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


async def test_a_proxy_with_a_password_is_told_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[web.BaseRequest] = []

    async def proxy(request: web.BaseRequest) -> web.Response:
        asked.append(request)
        return web.Response(text="ok")

    async with RawTestServer(proxy) as server:
        monkeypatch.setenv("http_proxy", f"http://an:bi-mat@127.0.0.1:{server.port}")
        async with ClientSession(**through_proxy("http://api.example")) as client:
            assert (await client.get("http://api.example/x")).status == 200
    assert asked[0].headers["Proxy-Authorization"] == "Basic " + b64encode(b"an:bi-mat").decode()


def test_an_address_that_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "telegram.org,localhost")
    assert through_proxy(API) == {}
    assert through_proxy("https://openapi.zalo.me") == {"proxy": URL("http://proxy.example:3128")}
