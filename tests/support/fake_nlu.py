"""A stand-in for the model: answers from a table, or is down."""

from collections.abc import Sequence

from bot.nlu import NluDown, Parsed
from handlers.turn import Entity


class FakeNlu:
    """`intents` maps a text to its intent (0.95 sure); any other text is out of scope."""

    def __init__(self, intents: dict[str, str] | None = None) -> None:
        self.intents = intents or {}
        self.rankings: dict[str, Sequence[tuple[str, float]]] = {}
        self.entities: dict[str, Sequence[Entity]] = {}
        self.topics: dict[str, tuple[str, float]] = {}
        self.down = False
        self.asked: list[str] = []

    async def parse(self, text: str) -> Parsed:
        self.asked.append(text)
        if self.down:
            raise NluDown("down")
        intent = self.intents.get(text, "out_of_scope")
        ranking = self.rankings.get(text, [(intent, 0.95), ("greet", 0.02)])
        return Parsed(ranking, self.entities.get(text, ()), self.topics.get(text))

    async def healthy(self) -> bool:
        return not self.down
