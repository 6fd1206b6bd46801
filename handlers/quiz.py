"""Ten questions with explanations; only the position and the score are kept, and only while open.

State: flow "quiz", step "question", data {"ids": question ids, "at": index, "right": count}.
"""

from content.schema import Question
from handlers import calls, menu
from handlers.quiz_answers import LETTERS, pressed, typed_option, unknown
from handlers.topics import sources
from handlers.turn import Button, Reply, Turn

LENGTH = 10
_STOPS = frozenset({"deny", "goodbye"})


async def handle(turn: Turn) -> list[Reply]:
    """Starts, answers, repeats or leaves the quiz."""
    name = turn.action.name if turn.action is not None else ""
    if name == "quiz.leave":
        return [_leave(turn)]
    if name == "quiz.answer":
        return _pressed(turn)
    if name or turn.state.flow != "quiz":
        return _start(turn)
    return _typed(turn)


def takes(turn: Turn) -> bool:
    """Whether the text answers the open question, so that "111" is no call for the numbers."""
    question = _question(turn)
    if question is None or turn.action is not None:
        return False
    return unknown(turn.text) or typed_option(turn.text, question.options) is not None


def _start(turn: Turn) -> list[Reply]:
    day = calls.local_day(turn.now)
    ids = [q.id for q in turn.content.quiz.values() if q.age == "all" and q.current(day)][:LENGTH]
    if not ids:
        turn.state.close()
        return [Reply(turn.content.say("quiz.none"), menu.short_buttons(turn.content))]
    turn.state.open("quiz", "question", ids=ids, at=0, right=0)
    return [Reply(turn.content.say("quiz.intro", total=len(ids))), _ask(turn)]


def _pressed(turn: Turn) -> list[Reply]:
    question = _question(turn)
    if question is None:
        return [_closed(turn)]
    choice = pressed(turn.action.value if turn.action is not None else "")
    if choice is None or choice[0] != turn.state.data["at"] or choice[1] >= len(question.options):
        return [_ask(turn, "quiz.stale")]
    return _answered(turn, question, choice[1])


def _typed(turn: Turn) -> list[Reply]:
    question = _question(turn)
    if question is None:
        return [_closed(turn)]
    choice = typed_option(turn.text, question.options)
    if choice is not None:
        return _answered(turn, question, choice)
    if unknown(turn.text):
        return _answered(turn, question, None)
    if turn.understood.intent in _STOPS:
        return [_leave(turn)]
    return [_ask(turn, "quiz.unreadable")]


def _question(turn: Turn) -> Question | None:
    """The open question; None when there is none, or when its content has since been removed."""
    if turn.state.flow != "quiz":
        return None
    return turn.content.quiz.get(turn.state.data["ids"][turn.state.data["at"]])


def _ask(turn: Turn, before: str | None = None) -> Reply:
    """The open question, after the message `before` if there is something to say first."""
    content, at = turn.content, turn.state.data["at"]
    question = content.quiz[turn.state.data["ids"][at]]
    options = [
        content.say("quiz.option", letter=LETTERS[index], text=option)
        for index, option in enumerate(question.options)
    ]
    text = content.say(
        "quiz.question",
        number=at + 1,
        total=len(turn.state.data["ids"]),
        question=question.question,
        options="\n".join(options),
    )
    buttons = [
        Button(LETTERS[index], "quiz.answer", f"{at}:{index}") for index in range(len(options))
    ]
    buttons.append(Button(content.say("quiz.leave"), "quiz.leave"))
    return Reply(f"{content.say(before)}\n\n{text}" if before else text, buttons)


def _answered(turn: Turn, question: Question, choice: int | None) -> list[Reply]:
    data = turn.state.data
    data["right"] += choice == question.answer
    data["at"] += 1
    told = Reply(_explained(turn, question, choice))
    if data["at"] < len(data["ids"]) and _question(turn) is not None:
        return [told, _ask(turn)]
    return [told, _score(turn)]


def _explained(turn: Turn, question: Question, choice: int | None) -> str:
    """What the answer was and why; without a choice ("không biết") nothing is called wrong."""
    content = turn.content
    judged = "right" if choice == question.answer else "wrong"
    text = content.say(
        "quiz.skipped" if choice is None else f"quiz.{judged}",
        letter=LETTERS[question.answer],
        answer=question.options[question.answer],
        explain=question.explain,
    )
    return f"{text}\n{sources(content, question)}"


def _score(turn: Turn) -> Reply:
    right, total = turn.state.data["right"], turn.state.data["at"]
    turn.state.close()
    share = right / total
    level = "high" if share >= 0.8 else "middle" if share >= 0.5 else "low"
    return Reply(turn.content.say(f"quiz.score_{level}", right=right, total=total), _after(turn))


def _leave(turn: Turn) -> Reply:
    done = turn.state.data.get("at", 0) if turn.state.flow == "quiz" else 0
    right = turn.state.data.get("right", 0)
    if turn.state.flow == "quiz":
        turn.state.close()
    key = "quiz.left" if done else "quiz.left_early"
    return Reply(turn.content.say(key, right=right, done=done), _after(turn))


def _closed(turn: Turn) -> Reply:
    if turn.state.flow == "quiz":
        turn.state.close()
    say = turn.content.say
    return Reply(
        say("quiz.closed"),
        [Button(say("quiz.start"), "quiz.start"), Button(say("quiz.menu"), "menu.start")],
    )


def _after(turn: Turn) -> list[Button]:
    say = turn.content.say
    return [
        Button(say("quiz.again"), "quiz.start"),
        Button(say("quiz.awareness"), "awareness.start"),
        Button(say("quiz.menu"), "menu.start"),
    ]
