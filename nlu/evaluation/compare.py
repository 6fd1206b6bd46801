"""Our pipeline beside Rasa's own, and without each of its parts, on the same data and machine.

    python -m nlu.evaluate --compare

Every candidate is trained by Rasa from a configuration file, in a process of its own, and read
back in another one; the texts are those of the frozen general set in its four forms. Trained
candidates are kept (`nlu/models/compared/`) as long as data, code and settings are the same, so
that speeds can be measured again, in one run, when the machine is quiet.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from nlu.corpus import DATA
from nlu.evaluation import frozen
from nlu.evaluation.candidates import DIET_EPOCHS, OURS, STOCK_DIET, STOCK_LINEAR, pipelines
from nlu.evaluation.load import served
from nlu.fingerprint import ROOT as NLU
from nlu.fingerprint import fingerprint

ROOT = NLU.parent
KEPT = NLU / "models" / "compared"
SAVED = ROOT / "docs" / "nlu-comparison.json"
SERVED = (STOCK_DIET, STOCK_LINEAR, OURS)
AT_ONCE = 32


def train(config: Path, data: Path, out: Path) -> dict[str, float]:
    """Train one candidate into the archive `out`; its seconds, and those of all processors,
    without the imports."""
    # The recipe brings TensorFlow: seconds of importing that belong to no candidate.
    import rasa.engine.recipes.default_recipe  # noqa: F401

    from nlu.train import _train

    with tempfile.TemporaryDirectory() as folder:
        begun, busy = time.monotonic(), time.process_time()
        made = _train(data, config, Path(folder))
        spent = {"seconds": time.monotonic() - begun, "busy": time.process_time() - busy}
        shutil.move(made, out)
    return spent


def measure(model: Path, texts: dict[str, list[str]]) -> dict[str, Any]:
    """Rankings (two best) of every text, and parses a second in this process."""
    from nlu.serving.graph import Understanding

    loaded = Understanding(model)
    typed = texts["as typed"]
    loaded.parse(typed[:AT_ONCE])
    rates = {
        "one at a time": _rate(loaded, typed[:300], 1),
        f"{AT_ONCE} at once": _rate(loaded, typed, AT_ONCE),
    }
    answers = {form: _parse(loaded, own, AT_ONCE) for form, own in texts.items()}
    return {"answers": answers, "rates": rates, "memory": memory(os.getpid())}


def memory(process: int) -> float:
    """Resident megabytes of a process."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def _parse(loaded: Any, texts: Sequence[str], size: int) -> list[list[list[Any]]]:
    found = []
    for at in range(0, len(texts), size):
        for answer in loaded.parse(texts[at : at + size]):
            ranking = answer["intent_ranking"] or [answer["intent"]]
            found.append([[entry["name"], entry["confidence"]] for entry in ranking[:2]])
    return found


def _rate(loaded: Any, texts: Sequence[str], size: int) -> list[float]:
    """Parses a second, and a second of processor time (which a busy machine disturbs less)."""
    begun, busy = time.perf_counter(), time.process_time()
    for at in range(0, len(texts), size):
        loaded.parse(texts[at : at + size])
    spent = time.perf_counter() - begun, time.process_time() - busy
    return [len(texts) / seconds for seconds in spent]


def compare(epochs: int, only: Sequence[str] = ()) -> Iterator[dict[str, Any]]:
    """A row of figures per candidate (see `_figures`), in the order of `pipelines`."""
    lines = frozen.messages()
    texts = {form: frozen.in_form(lines, form) for form in frozen.FORMS}
    kept = KEPT / fingerprint()
    for old in KEPT.glob("*"):
        if old != kept:
            shutil.rmtree(old)
    kept.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="lachan-compare-") as name:
        folder = Path(name)
        shutil.copytree(DATA, folder / "data")
        (folder / "texts.json").write_text(json.dumps(texts), encoding="utf-8")
        for candidate, steps in pipelines(epochs).items():
            if not only or candidate in only:
                model = _trained(steps, folder, kept)
                yield _figures(candidate, model, folder, lines)


def _trained(steps: list[dict[str, Any]], folder: Path, kept: Path) -> Path:
    """The archive of a candidate, with the seconds it took beside it; made if not kept."""
    head = {"recipe": "default.v1", "language": "vi", "assistant_id": "compared"}
    config = json.dumps({**head, "pipeline": steps})
    model = kept / f"{hashlib.sha256(config.encode()).hexdigest()[:12]}.tar.gz"
    if not model.exists():
        (folder / "config.yml").write_text(config, encoding="utf-8")
        made = folder / "model.tar.gz"
        spent = _step(folder, "train", str(folder / "config.yml"), str(folder / "data"), str(made))
        model.with_suffix(".json").write_text(json.dumps(spent), encoding="utf-8")
        shutil.move(made, model)
    return model


def _figures(name: str, model: Path, folder: Path, lines: Sequence[frozen.Line]) -> dict[str, Any]:
    """`name`, `training` seconds, `megabytes` of the archive, `accuracy` by form (0..1,
    alternates accepted), `rates` (parses a second) in process, `memory` and, of the chosen,
    `http` figures by number of callers."""
    found = _step(folder, "measure", str(model), str(folder / "texts.json"))
    accuracy = {
        form: sum(a[0][0] in line.accepted for a, line in zip(answers, lines)) / len(lines)
        for form, answers in found["answers"].items()
    }
    row = {
        "name": name,
        "training": json.loads(model.with_suffix(".json").read_text(encoding="utf-8")),
        "megabytes": model.stat().st_size / 1e6,
        "accuracy": accuracy,
        "rates": found["rates"],
        "memory": found["memory"],
    }
    if name in SERVED:
        row["http"] = served(model, name == OURS, [line.text for line in lines])
    return row


def _step(folder: Path, *words: str) -> Any:
    """One step in a process of its own; what it wrote down as its result."""
    out = folder / "result.json"
    command = [sys.executable, "-m", "nlu.evaluation.compare", *words, "--out", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{words[0]}: {done.stderr[-2000:]}")
    return json.loads(out.read_text(encoding="utf-8"))


def save(rows: Iterable[dict[str, Any]], epochs: int, path: Path = SAVED) -> None:
    """Keep the rows, as they come, with what they were measured on; the report reads them."""
    told: dict[str, Any] = {"fingerprint": fingerprint(), "epochs": epochs, "rows": []}
    for row in rows:
        print(json.dumps(row), flush=True)
        told["rows"].append(row)
        path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def main(given: list[str] | None = None) -> int:
    """A step of the comparison, or all of it."""
    parser = argparse.ArgumentParser(prog="nlu.evaluation.compare")
    parser.add_argument("words", nargs="*", help="train CONFIG DATA MODEL, or measure MODEL TEXTS")
    parser.add_argument("--out", type=Path, default=SAVED)
    parser.add_argument("--epochs", type=int, default=DIET_EPOCHS, help="of stock DIET")
    parser.add_argument("--only", action="append", default=[])
    options = parser.parse_args(given)
    if not options.words:
        save(compare(options.epochs, options.only), options.epochs, options.out)
        return 0
    step, *paths = options.words
    if step == "train":
        result: Any = train(*(Path(path) for path in paths))
    else:
        result = measure(Path(paths[0]), json.loads(Path(paths[1]).read_text(encoding="utf-8")))
    options.out.write_text(json.dumps(result), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
