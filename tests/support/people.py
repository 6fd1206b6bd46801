"""A citizen and an officer, as seen from outside: HTTP and nothing else."""

import re
from html import unescape
from typing import Any, Self

import aiohttp

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
_FORM = re.compile(r"<form\b[^>]*>.*?</form>", re.DOTALL)
_HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>', re.DOTALL)
_ACTION = re.compile(r'action="([^"]*)"')
_ATTRIBUTE = re.compile(r'\b(name|value)="([^"]*)"')


class Citizen:
    """Writes to the web chat in one session."""

    def __init__(self, client: aiohttp.ClientSession, address: str) -> None:
        self._client = client
        self._address = address
        self.session: str | None = None
        self.last: dict[str, Any] = {}

    async def say(self, text: str) -> str:
        return await self._send({"text": text})

    async def press(self, title: str) -> str:
        """Press the button whose title holds `title`, in the newest message that has one."""
        for message in reversed(self.last["messages"]):
            for button in message["buttons"]:
                if title.lower() in button["title"].lower():
                    return await self._send({"payload": button["payload"]})
        raise AssertionError(f"no button {title!r} in {self.last}")

    async def _send(self, body: dict[str, str]) -> str:
        if self.session:
            body["session"] = self.session
        async with self._client.post(f"{self._address}/api/chat", json=body) as answer:
            self.last = await answer.json()
            assert answer.status == 200, self.last
        self.session = self.last["session"]
        return "\n".join(message["text"] for message in self.last["messages"])


class Officer:
    """Uses the console as a browser does: cookies, forms, same-origin requests."""

    def __init__(self, address: str) -> None:
        self._address = address
        jar = aiohttp.CookieJar(unsafe=True)
        self._client = aiohttp.ClientSession(cookie_jar=jar, headers=SAME_ORIGIN)
        self.page = ""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.close()

    async def open(self, path: str) -> str:
        async with self._client.get(self._address + path) as answer:
            self.page = unescape(await answer.text())
            assert answer.status == 200, self.page
        return self.page

    async def submit(self, action: str, having: str = "", **fields: str) -> str:
        """Send the form whose action ends with `action` and whose source holds `having`."""
        for form in _FORM.findall(self.page):
            found = _ACTION.search(form)
            if found and found[1].endswith(action) and having in form:
                hidden = [dict(_ATTRIBUTE.findall(tag)) for tag in _HIDDEN.findall(form)]
                known = {tag["name"]: tag.get("value", "") for tag in hidden}
                return await self._post(found[1], {**known, **fields})
        raise AssertionError(f"no form {action} with {having!r}:\n{self.page}")

    async def _post(self, path: str, fields: dict[str, str]) -> str:
        async with self._client.post(self._address + path, data=fields) as answer:
            self.page = unescape(await answer.text())
            assert answer.status == 200, f"{answer.status} {self.page}"
        return self.page
