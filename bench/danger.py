"""What the product does with the frozen messages: rules and model together, end to end.

    python -m bench.danger READ.json --out JUDGED.json

`nlu.evaluate --rankings` writes how the model reads every frozen line in every form; here each
goes through the product's own conversation, as the first message of somebody new, and what is
answered first is written down. Two environments, since the model lives in another than the rules.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot import routing, special
from bot.conversation import Conversations
from bot.nlu import INTENTS, NluDown, Parsed
from bot.understanding import Understander
from content.loader import Content, load
from handlers.danger_texts import LINKS
from handlers.safety import SafetyRules
from handlers.services import SERVICE_OF_INTENT
from handlers.turn import Reply, State, Tier
from store.text import clean

NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
CRIME = "crime_"
ASKED = ("offer_two", "unsure", "without_model", "empty")
THRESHOLDS = ("ACT_ABOVE", "CLOSE_RATIO", "DANGER_ABOVE")


class Ranked:
    """The model's answers as they were written down."""

    def __init__(self, rankings: Mapping[str, Sequence[Sequence[Any]]]) -> None:
        self._rankings = rankings

    async def parse(self, text: str) -> Parsed:
        """The ranking of `text`; raises NluDown when there is none."""
        ranking = [(n, float(p)) for n, p in self._rankings.get(text, ()) if n in INTENTS]
        if not ranking:
            raise NluDown("not in the file")
        return Parsed(ranking, [])

    async def healthy(self) -> bool:
        return True


class Judge:
    """Answers messages as the product would answer a stranger, and says what that was."""

    def __init__(self, content: Content, rankings: Mapping[str, Any]) -> None:
        self._content = content
        rules = SafetyRules(content.safety)
        self._understander = Understander(rules, Ranked(rankings))
        self._conversations = Conversations(content, self._understander, form_timeout=1800)
        names = [name for name, lines in LINKS.items() if lines and not name.startswith(CRIME)]
        self._danger = {content.say(f"danger.{name}"): name for name in names}
        self._asked = {content.say(f"conversation.{name}"): name for name in ASKED}

    async def read(self, text: str) -> dict[str, Any]:
        """What was understood, and what came first: `numbers` names the danger text with its
        numbers ("" if it was another reply); `named`: 111 and 113 stand in the first reply,
        whatever it is; `did` is "acted", or how was asked; `service` is
        the one that acted, where routing chose it alone."""
        text = clean(text)
        understood = await self._understander.read(text)
        answer = await self._conversations.answer(
            {"text": text}, State(), NOW, NOW, Tier.web, bytes(32), None
        )
        route = routing.route(understood)
        numbers = self._first(self._danger, answer.replies)
        urgent = "danger" if numbers or understood.priority.urgent else ""
        return {
            "numbers": numbers,
            "named": bool(numbers) or self._named(answer.replies),
            "did": self._first(self._asked, answer.replies) or "acted",
            "service": urgent or (route.services[0] if route.sure else ""),
            "priority": str(understood.priority),
            "urgent": understood.priority.urgent,
            "rule": understood.rule,
            "ranking": [[name, round(p, 3)] for name, p in understood.ranking[:3]],
        }

    def _named(self, replies: Sequence[Reply]) -> bool:
        return bool(replies) and special.names_numbers(self._content, replies[0])

    def _first(self, names: Mapping[str, str], replies: Sequence[Reply]) -> str:
        return names.get(replies[0].text, "") if replies else ""


async def judge(told: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """For each form one verdict per line, in the order of the file."""
    content = load()
    verdicts: dict[str, list[dict[str, Any]]] = {}
    for form, pairs in told["forms"].items():
        reader = Judge(content, {clean(text): ranking for text, ranking in pairs})
        verdicts[form] = [await reader.read(text) for text, _ in pairs]
    return verdicts


def main(given: Sequence[str] | None = None) -> int:
    """Read the rankings, judge every line, write the verdicts."""
    parser = argparse.ArgumentParser(
        prog="bench.danger", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("rankings", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(given)
    told = json.loads(options.rankings.read_text(encoding="utf-8"))
    told["verdicts"] = asyncio.run(judge(told))
    told["thresholds"] = {name: getattr(routing, name) for name in THRESHOLDS}
    told["service_of"] = dict(SERVICE_OF_INTENT)
    options.out.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    print(f"judged {sum(map(len, told['verdicts'].values()))} messages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
