"""Trainable entity tagger: a linear-chain CRF over both views, for corpora with annotations."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.registry import code_version, register
from nlu.components.stored import StoredComponent
from nlu.components.tfidf_featurizer import TOKENS
from nlu.noise import strip_marks
from nlu.tagging import OUTSIDE, decode, encode, features
from nlu.text import tokenize

_MODEL = "entities.crfsuite"


@register("ENTITY_EXTRACTOR", is_trainable=True)
class CrfSequenceTagger(StoredComponent):
    """Marks the entities a corpus annotates; without annotations it does nothing.

    Trains on each sentence as written and without marks. The model is crfsuite's own file.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """A tokenizer has to come first."""
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Penalties and limit of the L-BFGS training."""
        return {"c1": 0.05, "c2": 0.02, "max_iterations": 120, "code": code_version()}

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        super().__init__(config, storage, resource)
        self.tagger: Any = None
        self._memory = b""

    def restore(self, folder: Path) -> None:
        """Read the tagger, or the mark that the corpus annotates nothing."""
        if (folder / _MODEL).exists():
            self._open((folder / _MODEL).read_bytes())
        elif not (folder / "no_entities").exists():
            raise ValueError("the model holds no trained entity tagger")

    def _open(self, model: bytes) -> None:
        import pycrfsuite

        # The tagger reads this memory for as long as it lives, but holds no reference to it.
        self._memory = model
        self.tagger = pycrfsuite.Tagger()
        self.tagger.open_inmemory(model)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on the annotated corpus, if it is one, and persist."""
        examples = [m for m in training_data.nlu_examples if m.get(TEXT)]
        with self._storage.write_to(self._resource) as folder:
            if not any(message.get(ENTITIES) for message in examples):
                (folder / "no_entities").touch()
                return self._resource
            model = self._fit(examples)
            (folder / _MODEL).write_bytes(model)
        self._open(model)
        return self._resource

    def _fit(self, examples: list[Message]) -> bytes:
        import pycrfsuite

        trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
        settings = {key: self._config[key] for key in ("c1", "c2", "max_iterations")}
        trainer.set_params({**settings, "feature.possible_transitions": False})
        for message in examples:
            text = message.get(TEXT)
            words = tokenize(text)
            if not words:
                continue
            labels = encode([(w.start, w.end) for w in words], message.get(ENTITIES) or ())
            rows = features([(w.text, w.folded) for w in words])
            trainer.append(rows, labels)
            bare = features([(strip_marks(w.text), w.folded) for w in words])
            if bare != rows:
                trainer.append(bare, labels)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / _MODEL
            trainer.train(str(path))
            return path.read_bytes()

    def process(self, messages: list[Message]) -> list[Message]:
        """Append the tagged entities, with value as typed, to each message."""
        if self.tagger is None:
            return messages
        for message in messages:
            tokens = message.get(TOKENS) or []
            spans = [(token.start, token.end) for token in tokens]
            labels = (
                self.tagger.tag(features([(t.text, t.lemma) for t in tokens])) if tokens else []
            )
            if all(label == OUTSIDE for label in labels):
                continue
            text = message.get(TEXT)
            found = [
                {**e, "value": text[e["start"] : e["end"]], "extractor": type(self).__name__}
                for e in decode(spans, labels)
            ]
            message.set(ENTITIES, [*(message.get(ENTITIES) or ()), *found], add_to_output=True)
        return messages
