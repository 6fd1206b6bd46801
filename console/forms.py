"""What forms and addresses carry, checked before a page sees it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from aiohttp import web

from store.text import clean

MAX_BODY = 128 * 1024
URLENCODED = "application/x-www-form-urlencoded"
Choice = TypeVar("Choice", bound=StrEnum)


class TooLong(Exception):
    """A text field over its limit of `limit` characters."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} characters")
        self.limit = limit


async def read_form(request: web.Request) -> Mapping[str, str]:
    """The fields of a plain form, as typed (the last of each name).

    Raises HTTPBadRequest for another type or charset, HTTPRequestEntityTooLarge.
    """
    if request.content_type != URLENCODED:
        raise web.HTTPBadRequest
    try:
        fields = await request.post()
    except (LookupError, ValueError) as error:
        raise web.HTTPBadRequest from error
    return {name: value for name, value in fields.items() if isinstance(value, str)}


def text_of(form: Mapping[str, str], name: str, limit: int) -> str:
    """A clean text, empty when it is missing; raises TooLong."""
    text = clean(form.get(name, ""))
    if len(text) > limit:
        raise TooLong(limit)
    return text


def choice_of(kind: type[Choice], value: str | None) -> Choice | None:
    """The member `value` names, None when nothing was chosen; raises HTTPBadRequest."""
    if not value:
        return None
    try:
        return kind(value)
    except ValueError as error:
        raise web.HTTPBadRequest from error


def flag_of(value: str | None) -> bool:
    """A ticked box; raises HTTPBadRequest for anything a box does not send."""
    if value not in (None, "", "1"):
        raise web.HTTPBadRequest
    return value == "1"


def number_of(value: str | None) -> int:
    """A page number, 1 when it is missing; raises HTTPBadRequest."""
    if not value:
        return 1
    if not (value.isascii() and value.isdigit() and len(value) <= 6):
        raise web.HTTPBadRequest
    return max(1, int(value))
