"""Workers: one conversation at a time and in order, conversations side by side."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlalchemy import delete
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession

from bot import inbox, metrics
from bot.abuse import Arrived, Gate
from bot.blocklist import Blocklist
from bot.bursts import Burst, Piece, gather
from bot.channels.drawing import DRAWS
from bot.conversation import Answer, Conversations
from bot.inbox import Work
from bot.limits import Limiter
from bot.models import Inbox, InboxState, Outbox
from bot.payloads import sign
from bot.understanding import understood_as
from handlers.danger import emergency_replies
from handlers.report_limit import LIMITS
from handlers.turn import Button, Reply, State, Tier
from reports.allowance import Allowance
from reports.service import Reports
from store.crypto import Keyring
from store.engine import Sessions

log = structlog.get_logger(__name__)
# An erased conversation counts as idle for ever: housekeeping forgets it in its next round.
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
# The database is away: the message waits. Any other fault is the turn's own and is counted.
OUTAGE = (OperationalError, InterfaceError, PoolTimeout, OSError)
Done = Callable[[int, dict[str, Any]], None]
WEB = "web"
# How far a lane over the budget is looked through for danger that must not wait.
LOOK_THROUGH = 200


def utc_now() -> datetime:
    return datetime.now(UTC)


class Worker:
    """Takes due messages, answers each in one transaction, tells `done` after the commit.

    `burst_window`: seconds within which a platform's messages are read as one.
    `to_send(channel)` is called when there are new requests for a platform.
    `gate` answers what is over a conversation's limits. `budget`: turns of platform messages that
    this process takes on; it is counted here, not in the database, because what it saves is this
    process's own time for danger, and a further process is further budget.
    `done(inbox_id, {"messages", "understood", "ids"})` lets a waiting web request answer
    without asking the database again.
    """

    def __init__(
        self,
        sessions: Sessions,
        conversations: Conversations,
        ring: Keyring,
        allowance: Allowance | None = None,
        done: Done = lambda _id, _answer: None,
        clock: Callable[[], datetime] = utc_now,
        parallel: int = 8,
        parallel_urgent: int = 4,
        sweep_every: float = 1.0,
        burst_window: float = 0.0,
        to_send: Callable[[str], None] = lambda _channel: None,
        gate: Gate | None = None,
        budget: Limiter | None = None,
    ) -> None:
        self._sessions = sessions
        self._conversations = conversations
        self._ring = ring
        self._allowance = allowance
        self._gate = gate or Gate(conversations, Blocklist(ring))
        self._budget = budget
        self._done = done
        self._clock = clock
        self._parallel = parallel
        self._slots = asyncio.Semaphore(parallel)
        self._urgent_slots = asyncio.Semaphore(parallel_urgent)
        self._sweep_every = sweep_every
        self._burst_window = burst_window
        self._to_send = to_send
        self._lanes: dict[bytes, asyncio.Task[None]] = {}
        self._again: set[bytes] = set()
        self._queued: set[bytes] = set()

    def wake(self, conversation: bytes, urgent: bool = False) -> None:
        """Something came in for `conversation`: work on it unless its lane is busy here.

        `urgent` lanes have slots of their own, so that danger never queues behind a crowd.
        """
        if conversation in self._lanes and not (urgent and conversation in self._queued):
            self._again.add(conversation)
            return
        slots = self._urgent_slots if urgent else self._slots
        task = asyncio.create_task(self._lane(conversation, slots))
        self._lanes[conversation] = task
        task.add_done_callback(lambda ended: self._left(conversation, ended))

    def _left(self, conversation: bytes, ended: asyncio.Task[None]) -> None:
        if self._lanes.get(conversation) is not ended:
            return
        del self._lanes[conversation]
        if conversation in self._again:
            self._again.discard(conversation)
            self.wake(conversation)

    async def run(self) -> None:
        """Look for what a crash or another process left behind, until cancelled."""
        while True:
            try:
                async with self._sessions() as session:
                    found = await inbox.waiting(session, self._clock())
                # Other processes see the same lanes: begin elsewhere than they do.
                for conversation in random.sample(found, min(len(found), self._most_lanes())):
                    self.wake(conversation)
            except Exception as error:
                log.warning("sweep_failed", error=type(error).__name__)
            await asyncio.sleep(self._sweep_every)

    def _most_lanes(self) -> int:
        """Twice what is worked on at once, less what already waits here."""
        return max(0, 2 * self._parallel - len(self._lanes))

    async def drain(self, seconds: float = 5.0) -> None:
        """Let the lanes that are at work finish (at stop)."""
        if self._lanes:
            await asyncio.wait(list(self._lanes.values()), timeout=seconds)

    async def _lane(self, conversation: bytes, slots: asyncio.Semaphore) -> None:
        self._queued.add(conversation)
        async with slots:
            self._queued.discard(conversation)
            try:
                while await self.answer_one(conversation):
                    pass
            except Exception as error:
                log.warning("lane_failed", error=type(error).__name__)

    async def answer_one(self, conversation: bytes) -> bool:
        """Answer the oldest due message of the lane; whether there is another to take."""
        async with self._sessions() as session:
            work = await inbox.claim(session, conversation, self._clock())
            if work is None:
                return False
            if work.payload is None:
                return await self._set_aside(session, conversation, work)
            burst = await self._burst(session, conversation, work)
            if burst.wait > 0:
                asyncio.get_running_loop().call_later(burst.wait, self.wake, conversation)
                return False
            work = _read_as_one(work, burst)
            if await self._must_wait(session, conversation, work):
                pause = random.uniform(0.1, 1.0)  # noqa: S311 (nothing secret)
                asyncio.get_running_loop().call_later(pause, self.wake, conversation)
                return False
            try:
                answer = await self._turn(session, conversation, work)
                result = await self._commit(session, conversation, work, answer)
            except OUTAGE:
                raise
            except Exception as error:
                log.error("turn_failed", inbox_id=work.inbox_id, error=type(error).__name__)
                await session.rollback()
                return await self._failed(conversation, work)
        self._done(work.inbox_id, result)
        return work.more

    async def _burst(self, session: AsyncSession, conversation: bytes, work: Work) -> Burst:
        """The pieces to read with this message; a second try reads it alone."""
        assert work.payload is not None
        first = Piece(work.inbox_id, work.payload, work.received_at, work.address)
        if work.channel == WEB or work.attempts or self._burst_window <= 0:
            return Burst([first], 0.0)
        behind = await inbox.following(session, conversation, work.inbox_id) if work.more else []
        state = State(**work.state) if work.state else State()
        return gather(
            [first, *behind],
            self._clock(),
            self._burst_window,
            lambda text: self._conversations.understander.by_rules(text).priority.urgent,
            lambda text: self._conversations.answers_at_once(text, state),
        )

    async def _must_wait(self, session: AsyncSession, conversation: bytes, work: Work) -> bool:
        """Whether a platform's message stays due: over the budget, and no danger in its lane."""
        if work.channel == WEB or self._budget is None or self._helps(work.payload, work):
            return False
        if self._budget.wait(WEB) == 0:
            return False
        metrics.LIMITED.labels("budget").inc()
        behind = await inbox.following(session, conversation, work.inbox_id, LOOK_THROUGH)
        return not any(self._helps(piece.payload, work) for piece in behind)

    def _helps(self, payload: dict[str, Any] | None, work: Work) -> bool:
        state = State(**work.state) if work.state else State()
        return self._conversations.asks_for_help(payload or {}, state)

    async def _turn(self, session: AsyncSession, conversation: bytes, work: Work) -> Answer:
        """What is over a limit is answered by the gate, all else by the conversation."""
        now, payload = self._clock(), work.payload
        assert payload is not None
        state = State(**work.state) if work.state else State()
        reports = Reports(session, self._ring, allowance=self._allowance)
        web, last, count = work.channel == WEB, work.updated_at, len(work.together)
        came = Arrived(conversation, payload, state, work.received_at, last, count)
        answer = None if web else await self._gate.stopped(session, came, now)
        kept = state.memory.get(LIMITS, {})
        if answer is None:
            tier = Tier.web if web else Tier.platform
            answer = await self._conversations.answer(
                payload, state, last, now, tier, conversation, reports
            )
        if kept and not answer.erase:
            # Whatever else is forgotten ("thoát", a stranger on the phone), the counts go on.
            answer.state.memory[LIMITS] = {**kept, **answer.state.memory.get(LIMITS, {})}
        return answer

    async def _commit(
        self,
        session: AsyncSession,
        conversation: bytes,
        work: Work,
        answer: Answer,
        outcome: InboxState = InboxState.done,
    ) -> dict[str, Any]:
        if answer.erase:
            await erase(session, conversation, work.inbox_id)
            await Reports(session, self._ring).forget_sender(conversation)
        draw = DRAWS[work.channel]
        messages = [
            part
            for reply in answer.replies
            for part in draw(inbox.rendered(reply, lambda b: sign(self._ring, conversation, b)))
        ]
        understood, now = understood_as(answer.understood), self._clock()
        ids = await inbox.finish(
            session,
            conversation,
            work,
            messages,
            _kept(answer.state),
            understood,
            now,
            outcome,
            LONG_AGO if answer.erase else now,
        )
        await session.commit()
        metrics.TURNS.labels(work.channel, understood["intent"], understood["priority"]).inc()
        if ids and work.channel != WEB:
            self._to_send(work.channel)
        return {"messages": messages, "understood": understood, "ids": ids}

    async def _failed(self, conversation: bytes, work: Work) -> bool:
        """Try again a little later; after three times set it aside with a neutral answer."""
        async with self._sessions() as session:
            attempts = await inbox.postpone(session, work.inbox_id, self._clock())
            await session.commit()
            urgent = self._apology(work).understood.priority.urgent
            if attempts >= inbox.MAX_ATTEMPTS or urgent:
                return await self._set_aside(session, conversation, work)
        asyncio.get_running_loop().call_later(0.2 * 2**attempts + 0.05, self.wake, conversation)
        return False

    async def _set_aside(self, session: AsyncSession, conversation: bytes, work: Work) -> bool:
        """Give the message up, with numbers if it was of danger, else with a neutral word."""
        metrics.POISON.inc()
        log.error("message_set_aside", inbox_id=work.inbox_id)
        apology = self._apology(work)
        result = await self._commit(session, conversation, work, apology, InboxState.poison)
        self._done(work.inbox_id, result)
        return True

    def _apology(self, work: Work) -> Answer:
        """Numbers from the rules alone when the message was of danger, else a neutral word."""
        text = str((work.payload or {}).get("text", ""))
        understood = self._conversations.understander.by_rules(text)
        state = State(memory=dict((work.state or {}).get("memory", {})))
        verdict = self._conversations.understander.rules.read(text)
        if verdict is not None and understood.priority.urgent:
            replies = emergency_replies(self._conversations.content, text, verdict)
            return Answer(replies, state, understood)
        say = self._conversations.content.say
        button = Button(say("conversation.choose_menu"), "menu.start")
        return Answer([Reply(say("conversation.failed"), [button])], state, understood)


async def erase(session: AsyncSession, conversation: bytes, until_inbox: int) -> None:
    """Delete every row up to the message that asked for it; later ones wait for their answer."""
    await session.execute(delete(Outbox).where(Outbox.conversation == conversation))
    await session.execute(
        delete(Inbox).where(Inbox.conversation == conversation, Inbox.id < until_inbox)
    )


def _read_as_one(work: Work, burst: Burst) -> Work:
    """The message of all pieces; the answer goes to where the last one came from."""
    if len(burst.pieces) == 1:
        return work
    return replace(
        work,
        payload=burst.payload,
        address=burst.pieces[-1].address,
        together=[piece.inbox_id for piece in burst.pieces],
        more=True,
    )


def _kept(state: State) -> dict[str, Any] | None:
    """None when there is nothing to remember."""
    return asdict(state) if state.flow or state.memory else None
