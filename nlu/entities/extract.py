"""All finders together, overlaps settled, spans in the given text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from nlu.entities.base import Found
from nlu.entities.contacts import bank_accounts, handles, links, phones
from nlu.entities.money import ages, money
from nlu.entities.organisations import companies
from nlu.entities.places import places
from nlu.text import View, view

ENTITIES = (
    "phone", "link", "bank_account", "money", "age", "country", "province", "company", "handle",
)  # fmt: skip
# In order of trust: where two overlap, the earlier one stays.
_FINDERS: tuple[Callable[[View], Iterable[Found]], ...] = (
    links, bank_accounts, phones, handles, companies, ages, money, places,
)  # fmt: skip


def extract(text: str) -> list[dict[str, Any]]:
    """Entities of any string in order, as Rasa reports them: `entity`, `value` (normalised),
    `start`, `end` and `text` (as in the given string), plus what its kind adds."""
    seen = view(text)
    kept: list[Found] = []
    for finder in _FINDERS:
        for found in finder(seen):
            if all(found.end <= other.start or other.end <= found.start for other in kept):
                kept.append(found)
    return [_report(text, seen, found) for found in sorted(kept, key=lambda f: f.start)]


def _report(text: str, seen: View, found: Found) -> dict[str, Any]:
    start, end = seen.span(found.start, found.end)
    return {
        "entity": found.entity,
        "start": start,
        "end": end,
        "value": found.value,
        "text": text[start:end],
        **found.extra,
    }
