"""A conversation with one handler, on the real database.

The state goes through JSON between turns, as it does through its table: every step can be
resumed by another process.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from content.loader import Content
from handlers.turn import (
    Action,
    Button,
    Entity,
    Handler,
    Priority,
    Reply,
    State,
    Tier,
    Turn,
    Understanding,
)
from reports.service import Reports
from store.crypto import Keyring

ME = b"m" * 32


class Talk:
    """`say` types, `press` presses a button; both give the replies. `now` may be moved."""

    def __init__(
        self,
        handler: Handler,
        content: Content,
        session: AsyncSession,
        keyring: Keyring,
        conversation: bytes = ME,
    ) -> None:
        self.handler, self.content = handler, content
        self.reports: Reports | None = Reports(session, keyring, receipt_tries=3)
        self.conversation = conversation
        self.state = State()
        self.tier = Tier.web
        self.now = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
        self.replies: list[Reply] = []

    async def say(
        self,
        text: str,
        intent: str = "out_of_scope",
        priority: Priority = Priority.P3,
        entities: Sequence[Entity] = (),
    ) -> str:
        meaning = Understanding(intent, 0.95, priority, entities=entities)
        return await self._turn(text, None, meaning)

    async def press(self, name: str, value: str = "") -> str:
        meaning = Understanding("affirm", 1.0, Priority.P3)
        return await self._turn("", Action(name, value), meaning)

    async def _turn(self, text: str, action: Action | None, meaning: Understanding) -> str:
        turn = Turn(
            text=text,
            action=action,
            understood=meaning,
            state=self.state,
            now=self.now,
            tier=self.tier,
            conversation=self.conversation,
            content=self.content,
            reports=self.reports,
        )
        self.replies = await self.handler(turn)
        self.state = State(**orjson.loads(orjson.dumps(_plain(turn.state))))
        self.now += timedelta(seconds=20)
        return self.text

    @property
    def text(self) -> str:
        return "\n".join(reply.text for reply in self.replies)

    @property
    def buttons(self) -> list[Button]:
        return [button for reply in self.replies for button in reply.buttons]

    @property
    def values(self) -> list[str]:
        return [button.value for button in self.buttons]


def _plain(state: State) -> dict[str, Any]:
    return {
        "flow": state.flow,
        "step": state.step,
        "data": state.data,
        "memory": state.memory,
    }
