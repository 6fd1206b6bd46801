import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from nlu import check_data
from nlu.corpus import CorpusError, Utterance, read
from nlu.diversity import grams, near_pairs
from nlu.evaluation import figures
from nlu.evaluation.figures import Answered
from nlu.evaluation.folds import folds
from nlu.fingerprint import ROOT, fingerprint, inputs
from nlu.noise import noisy, strip_marks
from nlu.train import prune

FILE = """# batch: a worried mother
version: "3.1"
nlu:
- intent: danger_now
  examples: |
    - con tôi bị nhốt
    - cứu: em - với
"""


def said(*texts: str) -> list[Utterance]:
    return [Utterance(text, "greet", "greet/a.yml", i) for i, text in enumerate(texts)]


def test_files_are_read_as_rasa_reads_them(tmp_path: Path) -> None:
    from rasa.shared.nlu.training_data.loading import load_data

    (tmp_path / "a.yml").write_text(FILE, encoding="utf-8")
    ours = [(u.text, u.intent) for u in read(tmp_path)]
    theirs = [(m.get("text"), m.get("intent")) for m in load_data(str(tmp_path)).training_examples]
    assert ours == theirs == [("con tôi bị nhốt", "danger_now"), ("cứu: em - với", "danger_now")]


def test_a_line_out_of_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(FILE + "    không có gạch đầu dòng\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"a\.yml:8"):
        read(tmp_path)


def test_copies_are_found_whatever_the_marks() -> None:
    found = said("Cứu em với!", "cuu em voi", "họ nhốt em trong phòng tối ba ngày rồi",
                 "ho nhot em trong phong toi 3 ngay roi", "hát đi")  # fmt: skip
    assert len(list(check_data.duplicates(found))) == 1
    assert len(list(check_data.near_copies(found, 0.6))) == 1


def test_near_pairs_are_those_of_the_slow_way() -> None:
    texts = [f"{'abcdefgh'[i % 8] * (i % 5)}xin chao ban {i % 7} nhe {i % 3}" for i in range(60)]
    sets = [grams(text) for text in texts]
    fast = {(a, b) for a, b, _ in near_pairs(sets, 0.6)}
    slow = {
        (a, b)
        for a in range(60)
        for b in range(a)
        if len(sets[a] & sets[b]) / len(sets[a] | sets[b]) > 0.6
    }
    assert fast == slow


def test_only_numbers_that_could_be_real_are_refused() -> None:
    found = said("gọi 0987 000 111", "gọi 0912345678", "gọi 0936 185 274")
    assert [line.split()[0] for line in check_data.private(found)] == ["greet/a.yml:2"]


def test_no_batch_is_on_both_sides_and_folds_are_even() -> None:
    found = [
        Utterance("x", intent, f"{intent}/{batch}", n)
        for intent in ("a", "b")
        for batch in range(10)
        for n in range(5)
    ]
    fold = folds(found)
    assert len({(u.batch, k) for u, k in zip(found, fold)}) == 20
    assert all(fold.count(k) == 20 for k in range(5))
    assert fold == folds(found)


def test_figures_are_those_of_the_textbook() -> None:
    answers = [Answered("a", "a", 0.9), Answered("a", "b", 0.6), Answered("b", "b", 0.8)]
    scores = figures.per_intent(answers)
    assert figures.accuracy(answers) == pytest.approx(2 / 3)
    assert (scores["a"].precision, scores["a"].recall) == (1.0, 0.5)
    assert (scores["b"].precision, scores["b"].recall) == (0.5, 1.0)
    assert figures.calibration_error(answers) == pytest.approx((0.1 + 0.6 + 0.2) / 3)
    assert figures.confusion(answers, ["a", "b"]) == [[1, 1], [0, 1]]


def test_noise_is_seeded_and_stripping_keeps_the_length() -> None:
    text = "Họ không cho em về, đòi 200 triệu tiền chuộc"
    assert noisy(text, 1) == noisy(text, 1)
    assert len({noisy(text, seed) for seed in range(20)}) > 10
    assert strip_marks(text) == "Ho khong cho em ve, doi 200 trieu tien chuoc"


def test_fingerprint_follows_data_code_and_settings(tmp_path: Path) -> None:
    copy = tmp_path / "nlu"
    ignore = shutil.ignore_patterns(".venv", "models", "__pycache__")
    shutil.copytree(ROOT, copy, ignore=ignore)
    seen = {fingerprint(copy)}
    for name in (
        "config.yml",
        "components/tokenizer.py",
        "lexicons/banks.json",
        "cues.py",
        "data/greet/new.yml",
    ):
        path = copy / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((path.read_text() if path.exists() else "") + "\n")
        seen.add(fingerprint(copy))
    (copy / "README.md").write_text("changed")
    assert fingerprint(copy) in seen
    assert len(seen) == 6


def imported(path: Path) -> set[Path]:
    """The files of this package that a file of it imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "nlu":
            names.update({node.module or "", *(f"{node.module}.{a.name}" for a in node.names)})
        elif isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        assert not (isinstance(node, ast.ImportFrom) and node.level), f"relative import in {path}"
    places = (ROOT.parent / Path(*name.split(".")).with_suffix(".py") for name in names)
    return {place for place in places if place.exists()}


def test_the_fingerprint_covers_whatever_the_components_import() -> None:
    known = set(inputs())
    reached, ahead = set(), set((ROOT / "components").glob("*.py"))
    while ahead:
        path = ahead.pop()
        reached.add(path)
        ahead |= imported(path) - reached
    assert {path.name for path in reached} >= {"hidden.py", "text.py", "vectorizer.py"}
    assert reached - known == set()


def test_fingerprint_needs_no_environment() -> None:
    command = [sys.executable, "-I", "-S", "-c"]
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT.parent)!r}); "
        "from nlu.fingerprint import fingerprint; print(fingerprint())"
    )
    result = subprocess.run([*command, code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == fingerprint()


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_lock_names_no_registry_and_leaves_out_what_is_never_loaded(name: str) -> None:
    lock = (ROOT / name).read_text()
    pins = {line.split("==")[0] for line in lock.splitlines() if line[:1].isalpha()}
    assert "://" not in lock
    assert {"rasa", "tensorflow-cpu"} <= pins
    assert not pins & {"tensorflow", "jax", "jaxlib"}


def test_old_models_are_removed(tmp_path: Path) -> None:
    for number in range(4):
        path = tmp_path / f"nlu-{number}.tar.gz"
        path.touch()
        import os

        os.utime(path, (number, number))
    assert [path.name for path in prune(tmp_path)] == ["nlu-0.tar.gz", "nlu-1.tar.gz"]
