"""Check the training data: enough of each intent, no copies, nobody's telephone number.

    python -m nlu.check_data [folder]

Without a folder it checks our own data, and the frozen test set beside it (`check_frozen`).
Standard library only. Exit code 1 when something has to be changed; each line says where.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from nlu import check_frozen
from nlu.corpus import ANNOTATION, DATA, CorpusError, Utterance, read
from nlu.diversity import Diversity, diversity, grams, near_pairs, plain
from nlu.evaluation.frozen import FrozenError
from nlu.text import view
from nlu.topics import check_topics

NEAR = 0.7
MAIN = (
    "danger_now", "report_trafficking", "report_scam", "check_scam", "job_offer",
    "victim_support", "ask_law", "out_of_scope",
)  # fmt: skip
OTHER = (
    "ask_prevention", "hotline", "quiz", "follow_up", "human", "greet", "thanks", "goodbye",
    "affirm", "deny",
)  # fmt: skip
MINIMUM = {
    **{intent: 600 for intent in MAIN},
    **{intent: 150 for intent in OTHER},
    "out_of_scope": 1200,
}
_MOBILE = re.compile(r"(?<!\d)(?:\+?84|0)[\s.\-]?([35789])((?:[\s.\-]?\d){8})(?!\d)")
_RUN = re.compile(r"(\d)\1\1")
_STAIRS = ("1234", "2345", "3456", "4567", "5678", "6789", "9876", "8765", "7654", "6543", "4321")


def _where(utterance: Utterance) -> str:
    return f"{utterance.batch}:{utterance.line}"


def duplicates(found: Sequence[Utterance]) -> Iterator[str]:
    """Utterances that are the same text once folded."""
    first: dict[str, Utterance] = {}
    for utterance in found:
        key = plain(utterance.text)
        if key in first:
            yield f"{_where(utterance)} repeats {_where(first[key])}: {utterance.text[:70]}"
        else:
            first[key] = utterance


def near_copies(found: Sequence[Utterance], limit: float = NEAR) -> Iterator[str]:
    """Utterances that differ in a few letters only."""
    texts = [plain(utterance.text) for utterance in found]
    for a, b, similarity in near_pairs([grams(text) for text in texts], limit):
        if texts[a] != texts[b]:
            place = f"{_where(found[a])} is nearly {_where(found[b])}"
            yield f"{place} ({similarity:.2f}): {found[a].text[:70]}"


def made_up(digits: str) -> bool:
    """True for numbers nobody takes for real: few different digits, runs, or stairs."""
    return len(set(digits)) < 6 or bool(_RUN.search(digits)) or any(s in digits for s in _STAIRS)


def private(found: Sequence[Utterance]) -> Iterator[str]:
    """Utterances with a mobile number that could be somebody's."""
    for utterance in found:
        for match in _MOBILE.finditer(utterance.text):
            digits = "0" + re.sub(r"\D", "", match.group(1) + match.group(2))
            if not made_up(digits):
                yield f"{_where(utterance)} holds a number that could be real: {match.group()}"


def layout(found: Sequence[Utterance]) -> Iterator[str]:
    """Unknown intents, and text that Rasa would read as an entity annotation."""
    for utterance in found:
        if utterance.intent not in MINIMUM:
            yield f"{_where(utterance)} has the unknown intent {utterance.intent!r}"
        if ANNOTATION.search(utterance.text):
            yield f"{_where(utterance)} has brackets that Rasa reads as an entity annotation"


def shortfalls(found: Sequence[Utterance]) -> Iterator[str]:
    """Intents with fewer different utterances than they need."""
    have = Counter(
        intent for intent, _ in {(utterance.intent, plain(utterance.text)) for utterance in found}
    )
    for intent, wanted in MINIMUM.items():
        if have[intent] < wanted:
            yield f"{intent} has {have[intent]} different utterances, needs {wanted}"


def table(found: Sequence[Utterance]) -> str:
    """Counts per intent: utterances, batches, words, share written without marks."""
    rows = [f"{'intent':20}{'lines':>7}{'needs':>7}{'batches':>9}{'words':>7}{'no marks':>10}"]
    for intent in (*MINIMUM, "all"):
        own = [u for u in found if intent in (u.intent, "all")]
        words = sum(len(u.text.split()) for u in own) / max(1, len(own))
        bare = sum(view(u.text).typed.lower() == view(u.text).folded for u in own)
        share = bare / max(1, len(own))
        batches = len({u.batch for u in own})
        needs = MINIMUM.get(intent, sum(MINIMUM.values()))
        rows.append(f"{intent:20}{len(own):>7}{needs:>7}{batches:>9}{words:>7.1f}{share:>10.0%}")
    return "\n".join(rows)


def variety(found: Diversity) -> str:
    """One line on how varied the corpus is."""
    alike = ", ".join(f"{share:.1%} at least {limit}" for limit, share in found.alike.items())
    return (
        f"{found.texts} texts, {found.words} words, {found.different_words} different ones, "
        f"{found.triples:.1%} of word triples different; with another text alike: {alike}"
    )


def main(given: Sequence[str] | None = None) -> int:
    """Print the table and every violation. 0 when there is none, 1 otherwise."""
    given = sys.argv[1:] if given is None else given
    folder = Path(given[0]) if given else DATA
    try:
        found = read(folder)
    except (CorpusError, OSError, UnicodeDecodeError) as error:
        print(error)
        return 1
    print(table(found), variety(diversity([u.text for u in found], (0.6,))), sep="\n")
    checks = (layout, duplicates, near_copies, private, shortfalls)
    violations = [line for check in checks for line in check(found)]
    if folder == DATA:
        violations += check_topics(found)
        try:
            violations += check_frozen.violations(found, MINIMUM, private)
        except (FrozenError, OSError) as error:
            violations.append(str(error))
    print(*violations, sep="\n")
    print(f"{len(violations)} to change" if violations else "all good")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
