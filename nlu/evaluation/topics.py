"""How well the second stage tells the typologies apart: in folds, and on the frozen set.

    python -m nlu.evaluation.topics

Folds are split by author batch; only lines whose topic `nlu/topics.json` knows are counted. The
frozen set is read with a model of all our data, and by nobody before the model is made.
"""

from __future__ import annotations

import logging
import tempfile
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlu import topics
from nlu.corpus import Utterance, read
from nlu.evaluation import figures, frozen
from nlu.evaluation.figures import Answered
from nlu.evaluation.folds import folds
from nlu.evaluation.tables import percent, table
from nlu.noise import noisy, strip_marks

FORMS: dict[str, Callable[[str], str]] = {
    "as typed": str,
    "stripped": strip_marks,
    "noisy": lambda text: noisy(text, frozen.SEED),
}
LEVELS = (0.5, 0.6, 0.7, 0.8, 0.9)
_CONFIG = """language: vi
pipeline:
  - name: nlu.components.tokenizer.VietnameseTokenizer
  - name: nlu.components.tfidf_featurizer.TwoViewTfidfFeaturizer
    copies: [stripped, noisy]
  - name: nlu.components.topic_classifier.TopicClassifier
"""
Answers = dict[str, list[Answered]]


@dataclass(frozen=True)
class Level:
    """What is told when only a topic at least `sure` is used: the share of these that are right,
    the share of messages about a typology that get theirs, the share of others that get one."""

    sure: float
    precision: float
    recall: float
    false_alarms: float


def in_folds(found: Sequence[Utterance] | None = None, count: int = 5) -> Answers:
    """Held-out answers for every line whose topic is known, by form. Takes minutes."""
    found = read() if found is None else found
    labels = topics.read()
    wanted = [labels.of(u.batch, u.text) for u in found]
    fold = folds(found, count)
    answers: Answers = {form: [] for form in FORMS}
    for k in range(count):
        reader = _Reader([u for u, f in zip(found, fold) if f != k])
        outside = [i for i, f in enumerate(fold) if f == k and wanted[i] != topics.MIXED]
        for form, change in FORMS.items():
            told = reader.read([change(found[i].text) for i in outside])
            answers[form] += [Answered(wanted[i], *own) for i, own in zip(outside, told)]
    return answers


def on_frozen() -> Answers:
    """Answers on the frozen general set by each of its forms; the model is made of all data."""
    lines = frozen.messages()
    reader = _Reader(read())
    return {
        form: [
            Answered(line.topic or topics.NONE, *told)
            for line, told in zip(lines, reader.read(frozen.in_form(lines, form)))
        ]
        for form in frozen.FORMS
    }


def levels(answers: Sequence[Answered], at: Sequence[float] = LEVELS) -> list[Level]:
    """What each confidence is worth; see `Level`."""
    about = [a for a in answers if a.wanted != topics.NONE]
    others = [a for a in answers if a.wanted == topics.NONE]
    found = []
    for sure in at:
        told = [a for a in answers if a.given != topics.NONE and a.confidence >= sure]
        right = sum(a.strict for a in told)
        wrong = sum(a.wanted == topics.NONE for a in told)
        found.append(Level(sure, _share(right, told), _share(right, about), _share(wrong, others)))
    return found


def section(answers: Answers) -> str:
    """Tables of one measurement, in Markdown: by form, by topic, by confidence."""
    typed = answers["as typed"]
    rows = [
        [
            form,
            percent(figures.accuracy(own)),
            percent(figures.macro_f1(own)),
            percent(_share(sum(a.strict for a in about), about)),
        ]
        for form, own in answers.items()
        if (about := [a for a in own if a.wanted != topics.NONE])
    ]
    each = [
        [name, str(score.support), percent(score.precision), percent(score.recall)]
        for name in (*topics.TOPICS, topics.NONE)
        if (score := figures.per_intent(typed).get(name))
    ]
    sure = [
        [f"{x.sure:.1f}", percent(x.precision), percent(x.recall), percent(x.false_alarms)]
        for x in levels(typed)
    ]
    return "\n\n".join(
        (
            table(["form", "accuracy", "macro F1", "right among those with a topic"], rows),
            table(["topic", "lines", "precision", "recall"], each),
            table(["from confidence", "right", "of all with a topic", "false alarms"], sure),
        )
    )


class _Reader:
    """The components up to the topic, trained on `found` without Rasa's command line."""

    def __init__(self, found: Sequence[Utterance]) -> None:
        from nlu.evaluation.pipeline import Pipeline

        with tempfile.TemporaryDirectory() as folder:
            config = Path(folder) / "config.yml"
            config.write_text(_CONFIG, encoding="utf-8")
            self._pipeline = Pipeline(config)
        self._pipeline.train([u.text for u in found], [u.intent for u in found])

    def read(self, texts: Sequence[str]) -> list[tuple[str, float]]:
        """Topic (`topics.NONE` for none) and confidence of each text."""
        told = (message.get("topic") for message in self._pipeline.messages(texts))
        return [(own["name"] or topics.NONE, own["confidence"]) for own in told]


def _share(part: int, whole: Sequence[object]) -> float:
    return part / len(whole) if whole else 0.0


def main() -> None:
    """Print both measurements."""
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    print(f"## Folds\n\n{section(in_folds())}\n\n## Frozen set\n\n{section(on_frozen())}")


if __name__ == "__main__":
    main()
