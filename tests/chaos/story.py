"""What each person does: twenty messages of which every single one leaves its mark on the replies.

A quiz by buttons (a press that is lost, doubled or out of order brings "câu này đã trả lời" or
leaves a question out), a report (kept exactly once), and a cry for help at the end. Nobody waits
for a reply before the next message; none of it depends on the model being alive.
"""

import asyncio
import random
import re
from dataclasses import dataclass

from tests.support.street import Person

STORY = "Có người đăng tin tuyển người đi làm xa, thu phí trước rồi không trả lời nữa"
DANGER = "cứu em với, họ đánh em, khóa cửa không cho ra"
RECEIPT = re.compile(r"\d{4}(?:[ .-]\d{3,4}){3}")


@dataclass(frozen=True)
class Step:
    """A text, or a button `name` with `value`."""

    text: str = ""
    name: str = ""
    value: str = ""


def steps() -> list[Step]:
    return [
        Step(name="quiz.start"),
        *(Step(name="quiz.answer", value=f"{at}:0") for at in range(10)),
        Step(name="report.start"),
        Step(name="report.consent", value="keep"),
        Step(text=STORY),
        Step(name="report.skip", value="where"),
        Step(name="report.skip", value="when"),
        Step(name="report.skip", value="who"),
        Step(name="report.risk", value="no"),
        Step(name="report.confirm", value="send"),
        Step(text=DANGER),
    ]


LENGTH = len(steps())


async def tell(person: Person, chance: random.Random, pause: float, thrice: float) -> None:
    """All steps, each after the platform has taken the one before; some delivered three times."""
    for step in steps():
        times = 3 if chance.random() < thrice else 1
        if step.text:
            await person.says(step.text, times)
        else:
            await person.presses(step.name, step.value, times)
        await asyncio.sleep(chance.uniform(0, 2 * pause))


def plain(text: str) -> str:
    """A reply without what differs from person to person."""
    return RECEIPT.sub("<mã>", text)
