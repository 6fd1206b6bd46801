"""Rule and lexicon entities as a pipeline component."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.registry import code_version, register
from nlu.components.stored import StoredComponent
from nlu.entities import extract as rules


@register("ENTITY_EXTRACTOR", is_trainable=True)
class RuleEntityExtractor(StoredComponent):
    """Adds what the rules find, leaving alone what a trained tagger already marked.

    A corpus that annotates entities, and none of our kinds, has its own idea of what an entity
    is: for it the rules stay silent. That is all this component "learns".
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`active`: "auto", "always" or "never"."""
        return {"active": "auto", "code": code_version()}

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        super().__init__(config, storage, resource)
        self.active = config["active"] != "never"

    def restore(self, folder: Path) -> None:
        """Read whether the rules fit the corpus of the training."""
        if not (folder / "rules.json").exists():
            raise ValueError("the model does not say whether its entity rules are active")
        self.active = bool(json.loads((folder / "rules.json").read_text())["active"])

    def train(self, training_data: TrainingData) -> Resource:
        """Decide whether the rules fit this corpus, and persist the decision."""
        if self._config["active"] == "auto":
            annotated = {
                entity["entity"]
                for message in training_data.training_examples
                for entity in message.get(ENTITIES) or ()
            }
            self.active = not annotated or bool(annotated & set(rules.ENTITIES))
        with self._storage.write_to(self._resource) as folder:
            (folder / "rules.json").write_text(json.dumps({"active": self.active}))
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Append to each message's `entities`, in order of position."""
        for message in messages:
            found: list[dict[str, Any]] = list(message.get(ENTITIES) or ())
            if self.active:
                marked = [(entity["start"], entity["end"]) for entity in found]
                for entity in rules.extract(message.get(TEXT)):
                    if all(entity["end"] <= a or b <= entity["start"] for a, b in marked):
                        found.append({**entity, "extractor": type(self).__name__})
            found.sort(key=lambda entity: int(entity["start"]))
            message.set(ENTITIES, found, add_to_output=True)
        return messages
