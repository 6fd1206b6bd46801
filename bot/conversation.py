"""One turn of a conversation: whoever may hold the phone, then words that always work, then
danger, then the open form, then the service of the intent."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from bot import memory, privacy, special
from bot.global_words import Titles, Word, word_of
from bot.routing import Route, route, wants_to_report
from bot.understanding import Understander
from content.loader import Content
from content.schema import Category
from handlers import awareness, danger, follow_up, quiz, report
from handlers.services import INTENT_OF_SERVICE, SERVICE_OF_INTENT, SERVICES
from handlers.turn import Action, Button, Priority, Reply, State, Tier, Turn, Understanding
from reports.receipts import looks_like_receipt
from reports.service import Reports

FORMS = frozenset({"report", "follow_up"})
# Steps of a form at which nothing has been asked yet: whoever came by mistake may leave.
NOT_BEGUN = frozenset({"consent", "receipt"})
SWITCH_ABOVE = 0.7
SHORT_ANSWER = 3
# What a stranger who reads along must not be offered, and what danger must not be answered with.
TELLING = frozenset({"report", "follow_up", "danger", "support", "human", "hotline"})
# Rules for who asks the price of a person: answered neutrally by `handlers.danger`.
CRIME_RULES = "crime_"
FRAGMENTS = frozenset({"small_talk", "out_of_scope", "quiz"})
KIND_WORDS = frozenset({"thanks", "greet"})
# Services that no limit holds back.
HELP = frozenset({"danger", "hotline"})


@dataclass(frozen=True)
class Answer:
    """What a turn gives: replies, the state to keep, what was understood, whether to erase."""

    replies: list[Reply]
    state: State
    understood: Understanding
    erase: bool = False


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
        """Answer a stored payload (see `bot.inbox.Incoming`)."""
        text = str(payload.get("text", ""))
        if special.left(payload):
            return Answer([], State(), self.understander.by_rules(""), erase=True)
        if payload.get("group"):
            return self._in_group(text, state)
        closed = self._close_late_form(state, last_turn, now)
        action = Action(*payload["action"]) if "action" in payload else None
        if action is None and not payload.get("forwarded"):
            action = self._typed(text, state)
        understood = await self._understood(text, action)
        turn = Turn(text, action, understood, state, now, tier, conversation, self.content, reports)
        in_form = state.flow is not None
        replies, erase = await self._special(turn, payload) or await self._replies(
            turn, media="media" in payload
        )
        shown = closed + (replies or [self._menu("conversation.empty")])
        if self._wary(turn, in_form):
            shown = special.with_numbers(self.content, shown)
            memory.told_numbers(state, now)
        memory.remember_buttons(state, shown)
        return Answer(shown, state, turn.understood, erase)

    def _wary(self, turn: Turn, in_form: bool) -> bool:
        """Whether the answer needs the numbers: a rule saw danger, or the model some of it. The
        model alone does not repeat them, nor in a form, nor where a stranger may read along."""
        quiet = in_form or memory.is_cautious(turn.state, turn.now)
        lately = memory.numbers_were_told(turn.state, turn.now)
        by_model = turn.understood.wary == "model" and not (quiet or lately)
        bland = turn.understood.category == Category.third_party
        return turn.understood.wary == "rule" or (by_model and not bland)

    def answers_at_once(self, text: str, state: State) -> bool:
        """Whether a short text needs no waiting for more: an answer, a command, a title."""
        if state.flow is not None or looks_like_receipt(text):
            return True
        return word_of(text) is not None or self._typed(text, state) is not None

    def asks_for_help(self, payload: Mapping[str, Any], state: State) -> bool:
        """Whether no limit may hold this back: danger by the rules, its button, the numbers."""
        text = str(payload.get("text", ""))
        understood = self.understander.by_rules(text)
        if understood.priority.urgent or understood.category == Category.third_party:
            return True
        action = Action(*payload["action"]) if "action" in payload else self._typed(text, state)
        pressed = action.name.partition(".")[0] if action else ""
        return pressed in HELP or word_of(text) is Word.hotline

    def _in_group(self, text: str, state: State) -> Answer:
        understood = self.understander.by_rules(text)
        replies = special.in_group(self.content, text, self.understander.rules.read(text))
        return Answer(replies, state, understood)

    async def _special(
        self, turn: Turn, payload: Mapping[str, Any]
    ) -> tuple[list[Reply], bool] | None:
        """Forwarded texts and corrections; None for everything else."""
        urgent = turn.understood.priority.urgent
        if turn.understood.category == Category.third_party or not turn.text:
            return None
        if payload.get("edited") and turn.state.flow in FORMS and not urgent:
            return special.corrected_in_form(turn), False
        if not payload.get("forwarded") or turn.state.flow in FORMS:
            return None
        first = special.about_forwarded(self.content, urgent)
        if urgent:
            return [*await self._danger(turn), first], False
        turn.state.close()
        return [first, *await SERVICES[special.as_evidence(turn.understood)](turn)], False

    def _close_late_form(self, state: State, last_turn: datetime, now: datetime) -> list[Reply]:
        late = state.flow is not None and now - last_turn > self._form_timeout
        if not (state.memory.pop("timed_out", False) or late):
            return []
        state.close()
        return [Reply(self.content.say("conversation.closed_by_time"))]

    def _typed(self, text: str, state: State) -> Action | None:
        """A typed title is the button it names: one just shown, or one of a service."""
        if not text or self.understander.by_rules(text).priority.urgent:
            return None
        shown = memory.typed_button(state, text)
        if shown is not None or (state.flow in FORMS and state.step not in NOT_BEGUN):
            return shown
        service = self._titles.service_of(text)
        return Action(f"{service}.start") if service else None

    async def _understood(self, text: str, action: Action | None) -> Understanding:
        if action is None:
            return await self.understander.read(text)
        service = action.name.partition(".")[0]
        return Understanding(
            intent=INTENT_OF_SERVICE.get(service, "affirm"),
            confidence=1.0,
            priority=Priority.P1 if action.name == "danger.start" else Priority.P3,
        )

    async def _replies(self, turn: Turn, media: bool) -> tuple[list[Reply], bool]:
        if turn.understood.category == Category.third_party:
            return self._stay_bland(turn), False
        if turn.action is not None:
            return await self._pressed(turn)
        if turn.state.flow == privacy.FLOW and not turn.understood.priority.urgent:
            return privacy.answer(self.content, turn.state, privacy.confirms(turn.text))
        word = None if turn.state.flow == "quiz" and quiz.takes(turn) else word_of(turn.text)
        if word is not None:
            return await self._global(turn, word)
        if memory.is_cautious(turn.state, turn.now) and self._tells(turn):
            return self._stay_bland(turn), False
        if turn.understood.priority.urgent:
            return await self._danger(turn), False
        if not turn.text:
            return [self._menu("conversation.media" if media else "conversation.empty")], False
        return await self._service(turn), False

    def _stay_bland(self, turn: Turn) -> list[Reply]:
        """Say nothing that tells; where the person is stays known for when they are back."""
        known = turn.state.memory.get(memory.DANGER)
        replies = danger.neutral_replies(turn)
        if known is not None:
            turn.state.memory[memory.DANGER] = known
        memory.be_cautious(turn.state, turn.now)
        return replies

    def _tells(self, turn: Turn) -> bool:
        """Whether answering would tell a stranger what this is; a safety rule always may."""
        if turn.understood.rule is not None:
            return False
        chosen = route(turn.understood)
        return not chosen.sure or chosen.services[0] in TELLING

    async def _danger(self, turn: Turn) -> list[Reply]:
        """Numbers first; an open form then goes on with the same message as its answer."""
        if turn.state.flow not in FORMS:
            turn.state.close()
            return await SERVICES["danger"](turn)
        numbers = await _first_of_danger(turn)
        told = turn.state.data.get("danger_told", [])
        mark = hashlib.sha256(numbers[0].text.encode()).hexdigest()[:8] if numbers else ""
        replies = await SERVICES[turn.state.flow](turn)
        if turn.state.flow in FORMS:
            turn.state.data["danger_told"] = [*told, mark][-5:]
        return replies if mark in told else numbers + replies

    async def _pressed(self, turn: Turn) -> tuple[list[Reply], bool]:
        assert turn.action is not None
        if turn.action.name == "privacy.erase":
            return privacy.answer(self.content, turn.state, turn.action.value == "yes")
        service = turn.action.name.partition(".")[0]
        if service not in SERVICES:
            return [self._menu("conversation.stale")], False
        if turn.action.name.endswith(".start"):
            turn.state.close()
        return await SERVICES[service](turn), False

    async def _global(self, turn: Turn, word: Word) -> tuple[list[Reply], bool]:
        if word is Word.erase:
            return privacy.ask(self.content, turn.state), False
        turn.state.close()
        if word is Word.leave:
            turn.state.memory.clear()
            return [Reply(self.content.say("conversation.left"))], False
        service = "hotline" if word is Word.hotline else "menu"
        turn.action = Action(f"{service}.start")
        return await SERVICES[service](turn), False

    async def _service(self, turn: Turn) -> list[Reply]:
        if turn.state.flow is not None and self._stays(turn):
            return await SERVICES[turn.state.flow](turn)
        turn.state.close()
        if (turn.understood.rule or "").startswith(CRIME_RULES):
            return await SERVICES["danger"](turn)
        if looks_like_receipt(turn.text):
            return await SERVICES["follow_up"](turn)
        chosen = route(turn.understood) if turn.understood.by_model else None
        if _was_cheated(turn, chosen):
            turn.action = Action("scam_check.lost")
            return await SERVICES["scam_check"](turn)
        cautious = memory.is_cautious(turn.state, turn.now)
        is_open = memory.danger_is_open(turn.state, turn.now) and not cautious
        if is_open and _is_fragment(turn, chosen):
            return danger.reply_again(turn)
        if chosen is None:
            return [self._menu("conversation.without_model")]
        if chosen.sure:
            return await SERVICES[chosen.services[0]](turn)
        card = awareness.card_for(turn)
        if card is not None:
            return card
        name = "conversation.offer_two" if len(chosen.services) == 2 else "conversation.unsure"
        return [self._choice(name, chosen.services)]

    def _stays(self, turn: Turn) -> bool:
        """Whether the open form or quiz takes this text; a clear other wish may leave it."""
        if turn.state.flow in FORMS:
            lets_go = report.lets_go if turn.state.flow == "report" else follow_up.lets_go
            return not lets_go(turn)
        if len(turn.text) <= SHORT_ANSWER or (turn.state.flow == "quiz" and quiz.takes(turn)):
            return True
        service = SERVICE_OF_INTENT.get(turn.understood.intent)
        clear = turn.understood.by_model and turn.understood.confidence >= SWITCH_ABOVE
        return not clear or service in (turn.state.flow, "small_talk", "out_of_scope", "danger")

    def _choice(self, name: str, services: tuple[str, ...]) -> Reply:
        say = self.content.say
        offered = [*services, "hotline"] if "hotline" not in services else list(services)
        buttons = [Button(say(f"conversation.choose_{s}"), f"{s}.start") for s in offered]
        return Reply(say(name), [*buttons, Button(say("conversation.choose_menu"), "menu.start")])

    def _menu(self, name: str) -> Reply:
        return self._choice(name, ("danger", "report", "scam_check", "job_offer"))


def _was_cheated(turn: Turn, chosen: Route | None) -> bool:
    """Money or data just gone: what to do in the first minutes comes before any form."""
    if wants_to_report(turn.text):
        return False
    sure = chosen is not None and chosen.sure and turn.understood.intent == "report_scam"
    return sure or turn.understood.category == Category.money


def _is_fragment(turn: Turn, chosen: Route | None) -> bool:
    """Half a sentence after a cry for help, which must not be answered as small talk."""
    if turn.understood.intent in KIND_WORDS and turn.understood.confidence >= SWITCH_ABOVE:
        return False
    return chosen is None or not chosen.sure or chosen.services[0] in FRAGMENTS


async def _first_of_danger(turn: Turn) -> list[Reply]:
    """The numbers alone, the open form's state untouched."""
    kept = asdict(turn.state)
    numbers = (await SERVICES["danger"](turn))[:1]
    turn.state.flow, turn.state.step, turn.state.data = kept["flow"], kept["step"], kept["data"]
    return numbers
