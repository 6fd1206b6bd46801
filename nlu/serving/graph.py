"""A trained Rasa model as a function from texts to answers.

Loads the archive into Rasa's own graph runner, with two nodes left out: the converter (which
pulls in every channel) and the handler that lets "/anything" through as an intent. What remains
is our pipeline alone, so no TensorFlow is loaded and no message can name its own intent.
"""

from __future__ import annotations

import json
import tarfile
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from nlu.components import registry

registry.serve_only()

from rasa.engine.constants import PLACEHOLDER_MESSAGE  # noqa: E402
from rasa.engine.graph import ExecutionContext, GraphSchema  # noqa: E402
from rasa.engine.runner.dask import DaskGraphRunner  # noqa: E402
from rasa.engine.storage.local_model_storage import LocalModelStorage  # noqa: E402
from rasa.shared.nlu.constants import TEXT  # noqa: E402
from rasa.shared.nlu.training_data.message import Message  # noqa: E402

LONGEST = 1000
_HEAD, _TAIL = 700, 299
_CONVERTER = "NLUMessageConverter"
_COMMANDS = "RegexMessageHandler"


class ModelError(Exception):
    """The model cannot be used; the message says why in a sentence."""


class Understanding:
    """A loaded model. `parse` gives the same answers for a batch as one by one."""

    def __init__(self, archive: Path) -> None:
        """Load a model archive. Raises ModelError when it is missing, broken or mismatched."""
        self._runner, self._target = _load(archive)

    def parse(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        """Rasa's answer for each text: `text`, `intent`, `entities`, `intent_ranking`, and
        `topic` if the model has learnt topics.

        Of a text longer than 1,000 characters its beginning and its end are read.
        """
        messages = [Message(data={TEXT: shorten(text)}) for text in texts]
        done = self._runner.run(inputs={PLACEHOLDER_MESSAGE: messages}, targets=[self._target])
        return [_answer(text, m) for text, m in zip(texts, done[self._target])]

    def intents(self) -> set[str]:
        """The names the model can answer with."""
        ranking = self.parse(["xin chào"])[0]["intent_ranking"]
        return {entry["name"] for entry in ranking}


def shorten(text: str) -> str:
    """The first 700 and the last 299 characters of a long text with a line break between."""
    return text if len(text) <= LONGEST else f"{text[:_HEAD]}\n{text[-_TAIL:]}"


def _answer(text: str, message: Message) -> dict[str, Any]:
    entities = message.get("entities") or []
    if len(text) > LONGEST:
        entities = list(_moved_back(entities, len(text)))
    answer = {
        "text": text,
        "intent": message.get("intent") or {"name": None, "confidence": 0.0},
        "entities": entities,
        "intent_ranking": message.get("intent_ranking") or [],
    }
    topic = message.get("topic")
    return answer if topic is None else {**answer, "topic": topic}


def _moved_back(entities: Iterable[dict[str, Any]], length: int) -> Iterable[dict[str, Any]]:
    shift = length - _TAIL - (_HEAD + 1)
    for entity in entities:
        if entity["end"] <= _HEAD:
            yield entity
        elif entity["start"] > _HEAD:
            yield {**entity, "start": entity["start"] + shift, "end": entity["end"] + shift}


def _load(archive: Path) -> tuple[DaskGraphRunner, str]:
    try:
        with tempfile.TemporaryDirectory(prefix="lachan-nlu-") as folder:
            with tarfile.open(archive) as tar:
                tar.extractall(folder, filter="data")
            metadata = json.loads((Path(folder) / "metadata.json").read_text(encoding="utf-8"))
            schema, target = _own_schema(metadata)
            runner = DaskGraphRunner.create(
                GraphSchema.from_dict(schema),
                LocalModelStorage(Path(folder) / "components"),
                ExecutionContext(graph_schema=GraphSchema({}), model_id=metadata.get("model_id")),
            )
            return runner, target
    except FileNotFoundError as error:
        raise ModelError(f"There is no model at {archive}; train one first.") from error
    except Exception as error:
        cause = error.__cause__ or error
        raise ModelError(f"The model {archive.name} cannot be loaded: {cause}") from error


def _own_schema(metadata: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """The part of the prediction graph between the incoming message and our last component."""
    nodes: dict[str, Any] = dict(metadata["predict_schema"]["nodes"])
    skipped = {
        name: next(iter(node["needs"].values()))
        for name, node in nodes.items()
        if node["uses"].rpartition(".")[2] in (_CONVERTER, _COMMANDS)
    }

    def real(name: str) -> str:
        while name in skipped:
            name = skipped[name]
        return name

    target = real(metadata["nlu_target"])
    wanted, kept = [target], {}
    while wanted:
        name = wanted.pop()
        if name in kept or name not in nodes:
            continue
        node = {**nodes[name], "needs": {k: real(v) for k, v in nodes[name]["needs"].items()}}
        kept[name] = node
        wanted.extend(node["needs"].values())
    return {"nodes": kept}, target
