"""All finders together, overlaps settled, spans in the given text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from nlu.entities.accounts import bank_accounts
from nlu.entities.ages import ages
from nlu.entities.base import Found, Reading
from nlu.entities.communes import communes
from nlu.entities.dates import dates
from nlu.entities.gates import gates
from nlu.entities.handles import handles
from nlu.entities.links import links
from nlu.entities.money import money
from nlu.entities.organisations import companies
from nlu.entities.people import headcounts
from nlu.entities.phones import phones
from nlu.entities.places import places
from nlu.entities.vessels import vessels
from nlu.text import View, view

ENTITIES = (
    "phone", "link", "bank_account", "money", "age", "date", "country", "province", "commune",
    "company", "handle", "headcount", "vessel", "border_gate", "place",
)  # fmt: skip
# In order of trust: where two overlap, the earlier one stays; within one finder the longer.
_FINDERS: tuple[Callable[[Reading], Iterable[Found]], ...] = (
    links, vessels, bank_accounts, phones, handles, companies, gates, communes, ages, dates, money,
    headcounts, places,
)  # fmt: skip


def extract(text: str) -> list[dict[str, Any]]:
    """Entities of any string in order, as Rasa reports them: `entity`, `value` (normalised),
    `start`, `end` and `text` (as in the given string), plus what its kind adds."""
    seen = view(text)
    reading = Reading(seen)
    kept: list[Found] = []
    for finder in _FINDERS:
        found = list(finder(reading))
        if len(found) > 1:
            found.sort(key=lambda one: one.start - one.end)
        for one in found:
            if all(one.end <= other.start or other.end <= one.start for other in kept):
                kept.append(one)
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
