"""A trained Rasa model as a function from texts to answers.

Loads the archive's components as Rasa does, with two nodes left out: the converter (which pulls
in every channel) and the handler that lets "/anything" through as an intent. What remains is our
pipeline alone, so no TensorFlow is loaded and no message can name its own intent. Its nodes run
one after the other: Rasa's runner plans its graph anew for every batch, in half a millisecond.
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
from rasa.engine.graph import ExecutionContext, GraphNode, GraphSchema  # noqa: E402
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
        self._nodes, self._target = _load(archive)

    def parse(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        """Rasa's answer for each text: `text`, `intent`, `entities`, `intent_ranking`, and
        `topic` if the model has learnt topics.

        Of a text longer than 1,000 characters its beginning and its end are read.
        """
        messages = [Message(data={TEXT: shorten(text)}) for text in texts]
        done = {PLACEHOLDER_MESSAGE: (PLACEHOLDER_MESSAGE, messages)}
        for name, node, needs in self._nodes:
            done[name] = node(*[done[need] for need in needs])
        return [_answer(text, m) for text, m in zip(texts, done[self._target][1])]

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


Node = tuple[str, GraphNode, tuple[str, ...]]


def _load(archive: Path) -> tuple[list[Node], str]:
    try:
        with tempfile.TemporaryDirectory(prefix="lachan-nlu-") as folder:
            with tarfile.open(archive) as tar:
                tar.extractall(folder, filter="data")
            metadata = json.loads((Path(folder) / "metadata.json").read_text(encoding="utf-8"))
            schema, target = _own_schema(metadata)
            storage = LocalModelStorage(Path(folder) / "components")
            context = ExecutionContext(GraphSchema({}), metadata.get("model_id"))
            return _nodes(GraphSchema.from_dict(schema), storage, context), target
    except FileNotFoundError as error:
        raise ModelError(f"There is no model at {archive}; train one first.") from error
    except Exception as error:
        cause = error.__cause__ or error
        raise ModelError(f"The model {archive.name} cannot be loaded: {cause}") from error


def _nodes(
    schema: GraphSchema, storage: LocalModelStorage, context: ExecutionContext
) -> list[Node]:
    """The loaded nodes with what each needs, in an order in which they can run."""
    made: list[Node] = []
    ready = {PLACEHOLDER_MESSAGE}
    waiting = dict(schema.nodes)
    while waiting:
        able = [name for name, node in waiting.items() if ready.issuperset(node.needs.values())]
        if not able:
            raise ValueError("its components need one another in a circle")
        for name in able:
            node = waiting.pop(name)
            loaded = GraphNode.from_schema_node(name, node, storage, context)
            made.append((name, loaded, tuple(node.needs.values())))
            ready.add(name)
    return made


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
