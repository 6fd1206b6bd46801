"""Messages whose meaning is beyond doubt: a model that misreads one must not be served."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from nlu.serving.graph import ModelError

FILE = Path(__file__).resolve().parent.parent / "canary.json"


def check(
    parse: Callable[[Sequence[str]], list[dict[str, Any]]],
    path: Path = FILE,
    any_corpus: bool = False,
) -> None:
    """Raises ModelError when the model answers outside our intents or misreads a canary.

    With `any_corpus` only what holds for every trained model is asked: that two different
    messages get an intent each, with confidences that are not all alike.
    """
    content = json.loads(path.read_text(encoding="utf-8"))
    answers = parse([canary["text"] for canary in content["canaries"]])
    for answer in answers:
        ranking = [entry["confidence"] for entry in answer["intent_ranking"]]
        if not answer["intent"]["name"] or (len(ranking) > 1 and ranking[0] == ranking[-1]):
            raise ModelError("The model answers without having learnt anything; train it again.")
    if any_corpus:
        return
    unknown = {e["name"] for answer in answers for e in answer["intent_ranking"]}
    unknown -= set(content["intents"])
    if unknown:
        raise ModelError(
            f"The model knows intents that are not ours: {', '.join(sorted(unknown))}."
        )
    for canary, answer in zip(content["canaries"], answers):
        if answer["intent"]["name"] not in canary["intents"]:
            raise ModelError(
                f"The model misreads the canary {canary['name']!r} as {answer['intent']['name']}, "
                f"not {' or '.join(canary['intents'])}; look at its training data and train again."
            )
