"""Reads `content/data/` once, checks it, and hands it out; nothing is fetched later."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from content.schema import (
    Hotline,
    LawTopic,
    Province,
    Question,
    SafetyRule,
    Sign,
    Strict,
    Typology,
)

DATA = Path(__file__).parent / "data"
Item = TypeVar("Item", bound=Strict)
_HOTLINE_SLOT = re.compile(r"\{hotline:([a-z0-9_]+)\}")
_PHONE_LIKE = re.compile(
    r"(?<![\d/.])\+?\d(?:[ .]?\d){6,}(?![\d/%])|(?<=gọi )\d{3,4}\b|(?<=tổng đài )\d{3,4}\b", re.I
)


class ContentError(Exception):
    """A content file is malformed, or says something without a source."""


@dataclass(frozen=True)
class Content:
    """Everything that may be told to people, by kind; `say` gives the handlers' own words."""

    hotlines: Mapping[str, Hotline]
    typologies: Mapping[str, Typology]
    law: Mapping[str, LawTopic]
    job_signs: Mapping[str, Sign]
    scam_signs: Mapping[str, Sign]
    safety: Mapping[str, SafetyRule]
    quiz: Mapping[str, Question]
    provinces: Mapping[str, Province]
    messages: Mapping[str, str]

    def say(self, key: str, **values: object) -> str:
        """The message `key` (`file.name`) with `{slots}` filled; raises KeyError."""
        return self.messages[key].format(**values) if values else self.messages[key]

    def hotline(self, name: str, today: date) -> Hotline | None:
        """The number `name`, or None once its review date has passed."""
        line = self.hotlines[name]
        return line if line.evergreen or line.current(today) else None


def load(folder: Path = DATA) -> Content:
    """Load and check every file of `folder`; raises ContentError naming file and fault."""
    hotlines = _index(folder / "hotlines.yml", Hotline)
    content = Content(
        hotlines=hotlines,
        typologies=_index(folder / "typologies", Typology),
        law=_index(folder / "law", LawTopic),
        job_signs=_index(folder / "signs" / "job.yml", Sign),
        scam_signs=_index(folder / "signs" / "scam.yml", Sign),
        safety=_index(folder / "safety", SafetyRule),
        quiz=_index(folder / "quiz", Question),
        provinces=_index(folder / "provinces.yml", Province, key="code"),
        messages=_messages(folder / "messages", hotlines),
    )
    _check(content)
    return content


def _files(path: Path) -> Iterable[Path]:
    return sorted(path.glob("*.yml")) if path.is_dir() else [path]


def _index(path: Path, kind: type[Item], key: str = "id") -> dict[str, Item]:
    found: dict[str, Item] = {}
    for file in _files(path):
        for raw in _read(file):
            try:
                item = kind.model_validate(raw)
            except ValidationError as error:
                raise ContentError(f"{file.name}: {_first(error)}") from error
            name = str(getattr(item, key))
            if name in found:
                raise ContentError(f"{file.name}: {name} stands twice")
            found[name] = item
    if not found:
        raise ContentError(f"{path.name}: nothing there")
    return found


def _read(file: Path) -> list[Any]:
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ContentError(f"{file.name}: {error}") from error
    if not isinstance(data, list):
        raise ContentError(f"{file.name}: a list is expected")
    return data


def _first(error: ValidationError) -> str:
    fault = error.errors()[0]
    return f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}"


def _messages(folder: Path, hotlines: Mapping[str, Hotline]) -> dict[str, str]:
    found: dict[str, str] = {}
    for file in sorted(folder.glob("*.yml")):
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
        if not isinstance(data, dict) or not all(isinstance(v, str) for v in data.values()):
            raise ContentError(f"{file.name}: names with texts are expected")
        for name, text in data.items():
            found[f"{file.stem}.{name}"] = _fill_hotlines(file.name, text.strip(), hotlines)
    return found


def _fill_hotlines(file: str, text: str, hotlines: Mapping[str, Hotline]) -> str:
    def display(match: re.Match[str]) -> str:
        if match[1] not in hotlines:
            raise ContentError(f"{file}: no hotline {match[1]}")
        return hotlines[match[1]].display

    return _HOTLINE_SLOT.sub(display, text)


def _check(content: Content) -> None:
    known = {line.display for line in content.hotlines.values()}
    for kind in content.typologies.values():
        for name in kind.hotlines:
            if name not in content.hotlines:
                raise ContentError(f"{kind.id}: no hotline {name}")
    for question in content.quiz.values():
        if question.answer >= len(question.options):
            raise ContentError(f"{question.id}: the answer is not among the options")
    for name, text in _all_texts(content):
        for number in _PHONE_LIKE.findall(text):
            if number.strip() not in known:
                raise ContentError(f"{name}: {number.strip()} is not a number of hotlines.yml")


def _all_texts(content: Content) -> Iterable[tuple[str, str]]:
    yield from content.messages.items()
    for kind in content.typologies.values():
        yield kind.id, "\n".join([kind.summary, *kind.signs, *kind.do, *kind.dont])
    for topic in content.law.values():
        yield topic.id, topic.answer
    for sign in (*content.job_signs.values(), *content.scam_signs.values()):
        yield sign.id, sign.explain
