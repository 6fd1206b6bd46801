"""What a worker does about mischief on the platforms, before the conversation is asked.

Danger is never held back: what the rules read as danger, the danger button or its title, and the
numbers pass every limit here. The web has limits and a challenge of its own at its door.

What is counted lies in the conversation's own memory: it is locked with the lane, so all worker
processes share it, and it costs no further query. It holds times and numbers only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot import memory, metrics, privacy
from bot.blocklist import Blocklist
from bot.conversation import Answer, Conversations
from bot.global_words import Word, word_of
from handlers.report_limit import LIMITS
from handlers.turn import Reply, State, Tier

MINUTE = timedelta(minutes=1)
BLOCK_TOLD_EVERY = timedelta(hours=1)
# Who has just told of danger may write so many times more: where they are, in short messages.
DANGER_ROOM = 3
# What a blocked sender may still press.
HELP = ("danger.", "hotline.", "privacy.")


@dataclass(frozen=True)
class Limits:
    """For one conversation: messages a minute, and minutes between answers to wordless media."""

    flood_per_minute: int = 40
    media_minutes: float = 3.0


@dataclass(frozen=True)
class Arrived:
    """The message at hand and its conversation; `count` pieces were read as one."""

    conversation: bytes
    payload: Mapping[str, Any]
    state: State
    received_at: datetime
    last_turn: datetime
    count: int = 1


class Gate:
    """Answers in the conversation's place what is over a limit; keeps nothing between calls."""

    def __init__(
        self, conversations: Conversations, blocklist: Blocklist, limits: Limits | None = None
    ) -> None:
        self._conversations = conversations
        self._blocklist = blocklist
        self._limits = limits or Limits()

    async def stopped(self, session: AsyncSession, came: Arrived, now: datetime) -> Answer | None:
        """The answer to a message that gets no turn, None for all others.

        Counts it in `came.state.memory[LIMITS]` either way.
        """
        if "gone" in came.payload:
            return None
        kept: dict[str, Any] = came.state.memory.setdefault(LIMITS, {})
        over = self._is_over(kept, came, now)
        help_asked = self._conversations.asks_for_help(came.payload, came.state)
        if await self._blocklist.holds(session, came.conversation, now):
            metrics.LIMITED.labels("blocked").inc()
            return await self._blocked(kept, came, now, help_asked)
        if help_asked:
            return None
        if over:
            metrics.LIMITED.labels("flood").inc(came.count)
            told, kept["told"] = kept.get("told", False), True
            return self._say(came, None if told else "limits.flood")
        return self._same_media(kept, came, now)

    def _is_over(self, kept: dict[str, Any], came: Arrived, now: datetime) -> bool:
        """Count by the time of arrival: what waited for us must not look like a flood."""
        if _since(kept.get("from"), came.received_at) >= MINUTE:
            kept.update({"from": came.received_at.isoformat(), "count": 0, "told": False})
        kept["count"] += came.count
        room = DANGER_ROOM if memory.danger_is_open(came.state, now) else 1
        return bool(kept["count"] > self._limits.flood_per_minute * room)

    def _same_media(self, kept: dict[str, Any], came: Arrived, now: datetime) -> Answer | None:
        """Ten pictures of one album are answered once."""
        if "media" not in came.payload or came.payload.get("text"):
            return None
        if _since(kept.get("media"), now) < timedelta(minutes=self._limits.media_minutes):
            metrics.LIMITED.labels("media").inc()
            return self._say(came, None)
        kept["media"] = now.isoformat()
        return None

    async def _blocked(
        self, kept: dict[str, Any], came: Arrived, now: datetime, help_asked: bool
    ) -> Answer:
        """Numbers for danger and one's own right to be erased; else a word once an hour.

        Without `Reports` nothing can be sent, looked up or added, whatever is answered.
        """
        erasing = _erases(came)
        if not erasing:
            came.state.close()
        if help_asked or erasing or memory.danger_is_open(came.state, now):
            answer = await self._conversations.answer(
                came.payload,
                came.state,
                came.last_turn,
                now,
                Tier.platform,
                came.conversation,
                None,
            )
            if answer.state.flow in (None, privacy.FLOW):
                return replace(answer, replies=[_for_help(reply) for reply in answer.replies])
            answer.state.close()
        told = _since(kept.get("blocked"), now) < BLOCK_TOLD_EVERY
        if not told:
            kept["blocked"] = now.isoformat()
        return self._say(came, None if told else "limits.blocked")

    def _say(self, came: Arrived, name: str | None) -> Answer:
        """A fixed word, or silence."""
        understood = self._conversations.understander.by_rules(str(came.payload.get("text", "")))
        replies = [Reply(self._conversations.content.say(name))] if name else []
        return Answer(replies, came.state, understood)


def _erases(came: Arrived) -> bool:
    """Whether the person asks to be forgotten, or answers the question about it."""
    action = came.payload.get("action")
    if action is not None:
        return bool(action[0] == "privacy.erase")
    asked = word_of(str(came.payload.get("text", ""))) is Word.erase
    return asked or came.state.flow == privacy.FLOW


def _for_help(reply: Reply) -> Reply:
    """Without the buttons that lead anywhere but to help."""
    return replace(reply, buttons=[b for b in reply.buttons if b.name.startswith(HELP)])


def _since(moment: object, now: datetime) -> timedelta:
    return now - datetime.fromisoformat(moment) if isinstance(moment, str) else timedelta.max
