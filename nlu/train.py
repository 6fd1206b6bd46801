"""Train the model of the present data and code, unless it exists already.

    python -m nlu.train [--print-fingerprint] [--force]

Writes `nlu/models/nlu-<fingerprint>.tar.gz` in one step: a model that is there is whole, and has
read its canaries rightly. Exit code 1 with a sentence when there is no such model in the end.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import logging
import os
import sys
import tempfile
import time
import warnings
from pathlib import Path

from nlu.fingerprint import ROOT, fingerprint, model_path

KEPT = 2


def prune(folder: Path, keep: int = KEPT) -> list[Path]:
    """Remove all but the `keep` newest models of `folder`; returns what was removed."""
    models = sorted(folder.glob("nlu-*.tar.gz"), key=lambda path: path.stat().st_mtime)
    removed = models[:-keep] if keep else models
    for path in removed:
        path.unlink(missing_ok=True)
    return removed


def _train(data: Path, config: Path, folder: Path) -> Path:
    """Rasa's own training in `folder`, without its cache, telemetry and messages."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ["RASA_CACHE_DIRECTORY"] = str(folder / "cache")
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    os.environ["SQLALCHEMY_SILENCE_UBER_WARNING"] = "1"
    from rasa.model_training import train_nlu

    # Importing Rasa resets both, so they are silenced after it.
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    with contextlib.redirect_stdout(io.StringIO()):
        made = train_nlu(str(config), str(data), str(folder), fixed_model_name="model")
    if made is None:
        raise RuntimeError("Rasa made no model; is there any data?")
    return Path(made)


def _approve(model: Path) -> None:
    from nlu.serving import canary
    from nlu.serving.graph import Understanding

    canary.check(Understanding(model).parse)


def train(target: Path, root: Path = ROOT) -> float:
    """Train into `target`; returns the seconds it took.

    Raises RuntimeError (which ModelError is not) when Rasa makes no model, ModelError when the
    model misreads a canary, OSError when it cannot be written.
    """
    begun = time.monotonic()
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".training-", dir=target.parent) as folder:
        made = _train(root / "data", root / "config.yml", Path(folder))
        _approve(made)
        os.replace(made, target)
    prune(target.parent)
    return time.monotonic() - begun


def main(given: list[str] | None = None) -> int:
    """Train if needed. 0: the model is there; 1: it is not."""
    parser = argparse.ArgumentParser(prog="nlu.train", description=__doc__.split("\n")[0])
    parser.add_argument("--print-fingerprint", action="store_true")
    parser.add_argument("--force", action="store_true", help="train even if the model exists")
    options = parser.parse_args(given)
    if options.print_fingerprint:
        print(fingerprint())
        return 0
    target = model_path()
    if target.exists() and not options.force:
        print(f"nlu: {target.name} is up to date")
        return 0
    warnings.filterwarnings("ignore")
    print(f"nlu: training {target.name} (one to three minutes) …", flush=True)
    try:
        seconds = train(target)
    except Exception as error:
        print(f"nlu: no model: {error}", file=sys.stderr)
        return 1
    print(f"nlu: trained in {seconds:.0f} s, {target.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
