"""Finding and offering topics: awareness, law and support answer from shelves of them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Generic, Protocol, TypeVar

from content.loader import Content
from content.schema import Reviewed, Source
from handlers.patterns import Found, Rules
from handlers.turn import Button, Understanding

PAGE = 6
SURE_OF_TOPIC = 0.8
"""From here on the model's topic is used where no sign decides; what that is worth is measured
by `nlu/evaluation/topics.py`."""


class Named(Protocol):
    """What a topic must have to stand on a shelf."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def patterns(self) -> list[str]: ...
    @property
    def unless(self) -> list[str]: ...
    def current(self, today: date) -> bool: ...


Entry = TypeVar("Entry", bound=Named)


class Shelf(Generic[Entry]):
    """Topics of one service, found by the words of a message or offered page by page."""

    def __init__(self, service: str, items: Mapping[str, Entry]) -> None:
        self._service = service
        self._items = items
        self._rules = Rules(
            {name: item.patterns for name, item in items.items()},
            {name: item.unless for name, item in items.items() if item.unless},
        )

    def get(self, name: str) -> Entry | None:
        return self._items.get(name)

    def find(self, text: str) -> list[Entry]:
        """Topics that `text` speaks of, the one with most of its words first."""
        found = self._rules.find(text)
        return [self._items[name] for name in sorted(found, key=lambda name: weight(found[name]))]

    def buttons(self, content: Content, today: date, page: int = 0) -> list[Button]:
        """One page of topics that may be told today, then "more" while there are more."""
        told = [item for item in self._items.values() if item.current(today)]
        pages = max(1, -(-len(told) // PAGE))
        shown = page % pages
        found = [self.button(item) for item in told[shown * PAGE : (shown + 1) * PAGE]]
        if shown + 1 < pages:
            found.append(
                Button(content.say("topics.more"), f"{self._service}.page", str(shown + 1))
            )
        return [*found, Button(content.say("topics.menu"), "menu.start")]

    def button(self, item: Entry) -> Button:
        return Button(item.title, f"{self._service}.topic", item.id)


def likely(understood: Understanding) -> str | None:
    """The id of the typology the model is sure a message is about (T1 to T13), or None."""
    name, confidence = understood.topic or (None, 0.0)
    return name if confidence >= SURE_OF_TOPIC else None


def page_number(value: str) -> int:
    """The page a button's value names; anything else is the first page."""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 4 else 0


def bullets(lines: Sequence[str]) -> str:
    return "\n".join(f"• {line}" for line in lines)


def sources(content: Content, item: Reviewed) -> str:
    """Where the statement comes from and when it was last checked (dd/mm/yyyy)."""
    return content.say(
        "topics.sources",
        sources="; ".join(_source(content, source) for source in item.sources),
        reviewed=f"{item.reviewed:%d/%m/%Y}",
    )


def _source(content: Content, source: Source) -> str:
    if source.date is None:
        return source.title
    return content.say("topics.source_dated", title=source.title, date=f"{source.date:%d/%m/%Y}")


def weight(places: Sequence[Found]) -> tuple[int, int]:
    """Sorts names by how many words speak for them, then by where those begin."""
    words = {word for place in places for word in range(place.first, place.last + 1)}
    return -len(words), min(words, default=0)
