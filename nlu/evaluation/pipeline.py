"""The configured components, trained and run in this process without Rasa's command line."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from nlu.components import registry

registry.serve_only()

import rasa.shared.utils.common  # noqa: E402
import rasa.shared.utils.io  # noqa: E402
from rasa.engine.graph import ExecutionContext, GraphSchema  # noqa: E402
from rasa.engine.storage.local_model_storage import LocalModelStorage  # noqa: E402
from rasa.engine.storage.resource import Resource  # noqa: E402
from rasa.shared.nlu.constants import INTENT, TEXT  # noqa: E402
from rasa.shared.nlu.training_data.message import Message  # noqa: E402
from rasa.shared.nlu.training_data.training_data import TrainingData  # noqa: E402

CONFIG = Path(__file__).resolve().parent.parent / "config.yml"


class Pipeline:
    """The components of a configuration that decide the intent, in order."""

    def __init__(self, config: Path = CONFIG, changes: dict[str, Any] | None = None) -> None:
        """`changes` replaces settings by name in every component that has them."""
        steps = rasa.shared.utils.io.read_yaml_file(config)["pipeline"]
        self._folder = tempfile.TemporaryDirectory(prefix="lachan-eval-")
        storage = LocalModelStorage(Path(self._folder.name))
        self._steps: list[Any] = []
        for number, step in enumerate(steps):
            settings = dict(step)
            made_from = rasa.shared.utils.common.class_from_module_path(settings.pop("name"))
            defaults = made_from.get_default_config()
            known = {k: v for k, v in (changes or {}).items() if k in defaults}
            context = ExecutionContext(GraphSchema({}), node_name=f"step{number}")
            resource = Resource(f"step{number}")
            self._steps.append(
                made_from.create({**defaults, **settings, **known}, storage, resource, context)
            )

    def train(self, texts: Sequence[str], intents: Sequence[str]) -> None:
        """Train every component on the messages, in pipeline order."""
        messages = [Message(data={TEXT: t, INTENT: i}) for t, i in zip(texts, intents)]
        data = TrainingData(training_examples=messages)
        for step in self._steps:
            if hasattr(step, "train"):
                step.train(data)
            if hasattr(step, "process_training_data"):
                data = step.process_training_data(data)

    def parse(self, texts: Sequence[str], batch: int = 64) -> list[list[tuple[str, float]]]:
        """The ranking of intents for each text, likeliest first."""
        rankings = (m.get("intent_ranking") or [] for m in self.messages(texts, batch))
        return [[(entry["name"], entry["confidence"]) for entry in own] for own in rankings]

    def messages(self, texts: Sequence[str], batch: int = 64) -> Iterator[Message]:
        """Each text as the components leave it."""
        for at in range(0, len(texts), batch):
            messages = [Message(data={TEXT: text}) for text in texts[at : at + batch]]
            for step in self._steps:
                messages = step.process(messages)
            yield from messages
