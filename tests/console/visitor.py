"""A browser without a window: keeps cookies, sends forms with their hidden fields."""

from typing import Any

from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient

from tests.console.html import Page

PASSWORD = "mat-khau-thu-nghiem-1"


class Visitor:
    """`get` and `send` check nothing but return what came; `page` is the last HTML."""

    def __init__(self, client: TestClient[Any, Any]) -> None:
        self.client = client
        self.page = Page("")

    @property
    def origin(self) -> str:
        return str(self.client.make_url("/")).rstrip("/")

    async def get(self, path: str, **headers: str) -> ClientResponse:
        answer = await self.client.get(path, headers=headers, allow_redirects=False)
        self.page = Page(await answer.text())
        return answer

    async def post(
        self, path: str, fields: dict[str, str], headers: dict[str, str] | None = None
    ) -> ClientResponse:
        """As a browser over plain HTTP: with `Origin`, without `Sec-Fetch-Site`."""
        sent = {"Origin": self.origin} if headers is None else headers
        answer = await self.client.post(path, data=fields, headers=sent, allow_redirects=False)
        self.page = Page(await answer.text())
        return answer

    async def send(self, action: str, **fields: str) -> ClientResponse:
        """Fill the form of the present page that goes to `action`."""
        return await self.post(action, self.page.form(action).fields | fields)

    async def sign_in(self, username: str, password: str = PASSWORD) -> ClientResponse:
        await self.get("/dang-nhap")
        return await self.send("/dang-nhap", username=username, password=password)
