"""One turn of a conversation: danger before everything, then words that always work, then
the open form, then the service of the intent."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.global_words import Titles, Word, word_of
from bot.routing import route
from bot.understanding import Understander
from content.loader import Content
from content.schema import Category
from handlers.services import INTENT_OF_SERVICE, SERVICE_OF_INTENT, SERVICES
from handlers.turn import (
    Action,
    Button,
    Priority,
    Reply,
    State,
    Tier,
    Turn,
    Understanding,
)
from reports.service import Reports

FORMS = frozenset({"report", "follow_up"})
SWITCH_ABOVE = 0.7
SHORT_ANSWER = 3


@dataclass(frozen=True)
class Answer:
    """What a turn gives: replies, the state to keep, what was understood, whether to erase."""

    replies: list[Reply]
    state: State
    understood: Understanding
    erase: bool = False


@dataclass
class _Step:
    turn: Turn
    before: list[Reply] = field(default_factory=list)


class Conversations:
    """Answers turns; holds no state of its own. `form_timeout` in seconds."""

    def __init__(self, content: Content, understander: Understander, form_timeout: int) -> None:
        self.content = content
        self.understander = understander
        self._titles = Titles(content.messages)
        self._form_timeout = timedelta(seconds=form_timeout)

    async def answer(
        self,
        payload: Mapping[str, Any],
        state: State,
        last_turn: datetime,
        now: datetime,
        tier: Tier,
        conversation: bytes,
        reports: Reports | None,
    ) -> Answer:
        """Answer `{"text"}`, `{"action": [name, value]}` or `{"media": true}`."""
        text = str(payload.get("text", ""))
        action = Action(*payload["action"]) if "action" in payload else self._typed(text, state)
        understood = await self._understood(text, action)
        turn = Turn(text, action, understood, state, now, tier, conversation, self.content, reports)
        step = _Step(turn)
        if self._timed_out(state, last_turn, now):
            state.close()
            step.before.append(Reply(self.content.say("conversation.closed_by_time")))
        replies, erase = await self._replies(step, media="media" in payload)
        shown = replies or [self._menu("conversation.empty")]
        return Answer(shown, state, understood, erase)

    def _typed(self, text: str, state: State) -> Action | None:
        """A button's title typed in full is that button; an open form takes it as an answer."""
        service = None if state.flow in FORMS else self._titles.service_of(text)
        return Action(f"{service}.start") if service else None

    async def _understood(self, text: str, action: Action | None) -> Understanding:
        if action is None:
            return await self.understander.read(text)
        service = action.name.partition(".")[0]
        urgent = service == "danger" and action.value not in ("", "no")
        return Understanding(
            intent=INTENT_OF_SERVICE.get(service, "affirm"),
            confidence=1.0,
            priority=Priority.P2 if urgent else Priority.P3,
        )

    def _timed_out(self, state: State, last_turn: datetime, now: datetime) -> bool:
        if state.memory.pop("timed_out", False):
            return True
        return state.flow is not None and now - last_turn > self._form_timeout

    async def _replies(self, step: _Step, media: bool) -> tuple[list[Reply], bool]:
        turn = step.turn
        if turn.understood.category == Category.third_party:
            return await SERVICES["danger"](turn), False
        if turn.action is not None:
            return await self._pressed(step)
        word = word_of(turn.text)
        if word is not None:
            return await self._global(step, word)
        if turn.understood.priority.urgent:
            return step.before + await self._danger(turn), False
        if not turn.text:
            name = "conversation.media" if media else "conversation.empty"
            return [*step.before, self._menu(name)], False
        return step.before + await self._service(turn), False

    async def _danger(self, turn: Turn) -> list[Reply]:
        """Numbers first; an open form then goes on with the same message as its answer."""
        if turn.state.flow not in FORMS:
            turn.state.close()
            return await SERVICES["danger"](turn)
        told = turn.state.data.get("danger_told")
        numbers = [] if told == str(turn.understood.priority) else await _first_of_danger(turn)
        replies = await SERVICES[turn.state.flow](turn)
        if turn.state.flow in FORMS:
            turn.state.data["danger_told"] = str(turn.understood.priority)
        return numbers + replies

    async def _pressed(self, step: _Step) -> tuple[list[Reply], bool]:
        turn = step.turn
        assert turn.action is not None
        if turn.action.name == "privacy.erase":
            return self._erase(turn, turn.action.value == "yes")
        service = turn.action.name.partition(".")[0]
        if service not in SERVICES:
            return [*step.before, self._menu("conversation.stale")], False
        if turn.action.name.endswith(".start"):
            turn.state.close()
        return step.before + await SERVICES[service](turn), False

    async def _global(self, step: _Step, word: Word) -> tuple[list[Reply], bool]:
        turn = step.turn
        if word is Word.leave:
            turn.state.close()
            turn.state.memory.clear()
            return [Reply(self.content.say("conversation.left"))], False
        if word is Word.erase:
            return [*step.before, self._erase_question()], False
        turn.state.close()
        service = "hotline" if word is Word.hotline else "menu"
        turn.action = Action(f"{service}.start")
        return step.before + await SERVICES[service](turn), False

    def _erase_question(self) -> Reply:
        say = self.content.say
        return Reply(
            say("conversation.erase_ask"),
            [
                Button(say("conversation.erase_yes"), "privacy.erase", "yes"),
                Button(say("conversation.erase_no"), "privacy.erase", "no"),
            ],
        )

    def _erase(self, turn: Turn, confirmed: bool) -> tuple[list[Reply], bool]:
        if not confirmed:
            return [Reply(self.content.say("conversation.not_erased"))], False
        turn.state.close()
        turn.state.memory.clear()
        return [Reply(self.content.say("conversation.erased"))], True

    async def _service(self, turn: Turn) -> list[Reply]:
        if turn.state.flow is not None and self._stays(turn):
            return await SERVICES[turn.state.flow](turn)
        turn.state.close()
        if turn.understood.category == Category.money:
            turn.action = Action("scam_check.lost")
            return await SERVICES["scam_check"](turn)
        if not turn.understood.by_model:
            return [self._menu("conversation.without_model")]
        chosen = route(turn.understood)
        if chosen.sure:
            return await SERVICES[chosen.services[0]](turn)
        name = "conversation.offer_two" if len(chosen.services) == 2 else "conversation.unsure"
        return [self._choice(name, chosen.services)]

    def _stays(self, turn: Turn) -> bool:
        """A form keeps every text; a quiz or a paste step lets a clear other wish go."""
        if turn.state.flow in FORMS or len(turn.text) <= SHORT_ANSWER:
            return True
        service = SERVICE_OF_INTENT.get(turn.understood.intent)
        clear = turn.understood.by_model and turn.understood.confidence >= SWITCH_ABOVE
        stays = service in (turn.state.flow, "small_talk", "out_of_scope", "danger")
        return stays or not clear

    def _choice(self, name: str, services: tuple[str, ...]) -> Reply:
        say = self.content.say
        offered = [*services, "hotline"] if "hotline" not in services else list(services)
        buttons = [Button(say(f"conversation.choose_{s}"), f"{s}.start") for s in offered]
        return Reply(say(name), [*buttons, Button(say("conversation.choose_menu"), "menu.start")])

    def _menu(self, name: str) -> Reply:
        return self._choice(name, ("danger", "report", "scam_check", "job_offer"))


async def _first_of_danger(turn: Turn) -> list[Reply]:
    """The numbers alone, the open form's state untouched."""
    kept = asdict(turn.state)
    numbers = (await SERVICES["danger"](turn))[:1]
    turn.state.flow, turn.state.step = kept["flow"], kept["step"]
    turn.state.data, turn.state.memory = kept["data"], kept["memory"]
    return numbers
