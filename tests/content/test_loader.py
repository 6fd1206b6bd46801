"""A fault in a content file stops the start with a sentence that names the file."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from content.loader import DATA, ContentError, load


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def test_the_shipped_content_loads(folder: Path) -> None:
    assert load(folder).hotlines["h111"].display == "111"


def replace(file: str, old: str, new: str) -> Callable[[Path], str]:
    def fault(folder: Path) -> str:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return path.name

    return fault


def write(file: str, text: str) -> Callable[[Path], str]:
    def fault(folder: Path) -> str:
        path = folder / file
        path.write_text(text, encoding="utf-8")
        return path.name

    return fault


def remove(file: str) -> Callable[[Path], str]:
    def fault(folder: Path) -> str:
        (folder / file).unlink()
        return Path(file).name

    return fault


T1 = "typologies/T01_scam_compounds.yml"
FAULTS = {
    "broken YAML in a list": write("law/penal.yml", "- id: ["),
    "broken YAML in messages": write("messages/menu.yml", "start: ["),
    "an empty message file": write("messages/menu.yml", ""),
    "a message that is no text": write("messages/menu.yml", "start: 5"),
    "a message name that YAML reads as a truth value": write("messages/menu.yml", "yes: chào"),
    "bytes that are no text": lambda folder: spoil(folder / "law" / "penal.yml"),
    "a mapping where a list belongs": write("provinces.yml", "code: ha_noi"),
    "a missing file": remove("hotlines.yml"),
    "an unknown field": replace(T1, "  title:", "  colour: red\n  title:"),
    "no source": replace(T1, "sources:", "comments:"),
    "a review date before the review": replace(T1, "review_by: 2027", "review_by: 2025"),
    "the same name twice": replace("typologies/T02_online_kidnap.yml", "id: T2", "id: T1"),
    "an unknown hotline of a typology": replace(T1, "[h111,", "[h999,"),
    "an unknown hotline of a situation": replace("situations.yml", "[spam156,", "[spam157,"),
    "an unknown hotline in a message": replace(
        "messages/out_of_scope.yml", "{hotline:h113}", "{hotline:x}"
    ),
    "a stranger's number in a message": write("messages/menu.yml", "start: Gọi 0912 345 678"),
    "a short stranger's number": write("messages/menu.yml", "start: Hãy gọi 119 ngay"),
    "a stranger's number in a law answer": replace(
        "law/penal.yml", "Tòa án quyết định", "Hỏi 1800 1567. Tòa án quyết định"
    ),
    "a stranger's number in a quiz": replace("quiz/first.yml", "Đi luôn kẻo lỡ", "0912345678"),
    "an answer that is no option": replace("quiz/first.yml", "answer: 0", "answer: 3"),
}


def spoil(path: Path) -> str:
    path.write_bytes(b"\xff\xfe\xff")
    return path.name


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_names_its_file(folder: Path, fault: Callable[[Path], str]) -> None:
    name = fault(folder)
    with pytest.raises(ContentError, match=name.replace(".", r"\.")):
        load(folder)


def test_an_empty_kind_is_refused(folder: Path) -> None:
    shutil.rmtree(folder / "typologies")
    with pytest.raises(ContentError, match="typologies"):
        load(folder)
