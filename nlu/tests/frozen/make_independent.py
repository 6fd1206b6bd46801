"""Write `independent.jsonl`: every frozen line as another project's noise generator mistypes it.

    .tools/uv/bin/uv run --no-project --python 3.11 --with nom-vn==0.2.37 \\
        python nlu/tests/frozen/make_independent.py

nom-vn (Apache-2.0) clashes with Rasa's pydantic, so it runs in an environment of its own and its
output is committed. It serves testing only; nothing that trains reads the result.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

from nom.text.noise import NoiseGenerator, mobile_noise

FOLDER = Path(__file__).resolve().parent
SEED = 31


def mark(text: str) -> str:
    """The same as `nlu.evaluation.frozen.mark`."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def mistyped(text: str) -> str:
    """`text` by the generator's own model of thumbs on a phone, seeded by the text itself."""
    seed = SEED + int(mark(text), 16)
    return NoiseGenerator(mobile_noise(), seed=seed).noisify(text)


def main() -> int:
    """Write the file beside this one; 0."""
    made = []
    for pattern in ("messages_*.jsonl", "safety_*.jsonl"):
        for path in sorted(FOLDER.glob(pattern)):
            for line in path.read_text(encoding="utf-8").splitlines():
                text = json.loads(line)["text"]
                row = {"of": mark(text), "text": mistyped(text)}
                made.append(json.dumps(row, ensure_ascii=False))
    (FOLDER / "independent.jsonl").write_text("\n".join(made) + "\n", encoding="utf-8")
    print(f"{len(made)} lines")
    return 0


if __name__ == "__main__":
    sys.exit(main())
