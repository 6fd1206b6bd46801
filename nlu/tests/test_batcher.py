import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from nlu.serving.batcher import Batcher, Busy, ParseFailed


class Model:
    def __init__(self) -> None:
        self.sizes: list[int] = []

    def __call__(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        self.sizes.append(len(texts))
        if "bad" in texts:
            raise ValueError("quotes the text: bad")
        return [{"text": text} for text in texts]


def run(texts: list[str], **options: Any) -> tuple[Model, list[Any]]:
    model = Model()

    async def all_at_once() -> list[Any]:
        batcher = Batcher(model, **options)
        waiting = (batcher.parse(text, 1.0) for text in texts)
        return await asyncio.gather(*waiting, return_exceptions=True)

    return model, asyncio.run(all_at_once())


def test_what_waits_together_runs_together() -> None:
    model, answers = run([str(i) for i in range(40)], largest=32)
    assert model.sizes == [32, 8]
    assert [answer["text"] for answer in answers] == [str(i) for i in range(40)]


def test_one_bad_message_does_not_spoil_the_others() -> None:
    _, answers = run(["a", "bad", "b"])
    assert answers[0] == {"text": "a"}
    assert answers[2] == {"text": "b"}
    assert isinstance(answers[1], ParseFailed)
    assert "quotes" not in str(answers[1])


def test_a_full_queue_says_so() -> None:
    _, answers = run(["a", "b", "c"], waiting=2)
    assert isinstance(answers[2], Busy)


def test_late_answers_time_out() -> None:
    async def late() -> None:
        await Batcher(Model()).parse("a", 0)

    with pytest.raises(asyncio.TimeoutError):
        asyncio.run(late())
