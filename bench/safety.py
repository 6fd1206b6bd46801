"""How long the safety rules take for a message: `python -m bench.safety`.

Prints a table in microseconds of processor time: the median and the worst of the runs, for
short, usual, longest and hostile messages. The product promises under 5 ms also for the last.
"""

import gc
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from content.loader import load
from handlers.safety import SafetyRules
from store.text import clean, fold

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 4_000
RUNS = 30


def main() -> None:
    rules = SafetyRules(load().safety)
    gc.collect()
    gc.freeze()  # a pause of the collector would be counted as the rules' own time
    print(f"{'message':34} {'letters':>8} {'median µs':>10} {'worst µs':>10}")
    for name, text in messages(rules):
        rules.read(text)
        times = [_timed(rules.read, text) for _ in range(RUNS)]
        print(f"{name:34} {len(text):8} {statistics.median(times):10.0f} {max(times):10.0f}")


def messages(rules: SafetyRules) -> Iterator[tuple[str, str]]:
    """Named texts from a short plea to what an attacker would send."""
    lines = _lines()
    yield "short plea", "cứu em với"
    yield "short, harmless", "quán phở nào ngon ở quận 3"
    yield "200 letters", _fill(" ".join(lines), 200)
    yield "4,000 letters of people's words", _fill(" ".join(lines), LONGEST)
    yield "4,000 letters, no marks", _fill(fold(" ".join(lines)), LONGEST)
    for name, text in hostile(rules):
        yield name, _fill(clean(text), LONGEST)


def hostile(rules: SafetyRules) -> Iterator[tuple[str, str]]:
    """Texts that make as many states alive, words unknown or rules match as possible."""
    rng = random.Random(1)
    known = sorted(rules.vocabulary)
    yield "one word again and again", "bị " * LONGEST
    yield "one letter", "k " * LONGEST
    yield "letters one by one", "c ứ u e m " * LONGEST
    yield "the same plea", "cứu em với nó đánh em " * LONGEST
    yield "all known words, shuffled", " ".join(rng.choices(known, k=LONGEST))
    yield (
        "unknown words",
        " ".join("".join(rng.choices("bcdghklmnpqrstvaeiou", k=7)) for _ in range(LONGEST)),
    )
    yield "glued words", " ".join("".join(rng.choices(known, k=6)) for _ in range(LONGEST))
    yield "one long word", "bị" * LONGEST
    yield "repeated letters", ("cứ" + "u" * 30 + " ") * LONGEST
    yield "numbers", " ".join(str(n) for n in range(LONGEST))


def _lines() -> list[str]:
    folder = ROOT / "tests" / "handlers" / "data"
    text = "\n".join((folder / name).read_text("utf-8") for name in ("danger.txt", "harmless.txt"))
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def _fill(text: str, length: int) -> str:
    return (text * (length // len(text) + 1))[:length]


def _timed(read: Callable[[str], object], text: str) -> float:
    start = time.thread_time()
    read(text)
    return (time.thread_time() - start) * 1e6


if __name__ == "__main__":
    sys.exit(main())
