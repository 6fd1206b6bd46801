"""Reads `content/data/` once, checks it, and hands it out; nothing is fetched later."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from content.numbers import UnknownHotlineError, fill, strangers
from content.schema import (
    Hotline,
    LawTopic,
    Province,
    Question,
    SafetyRule,
    Sign,
    Situation,
    Strict,
    Topic,
    Typology,
)

DATA = Path(__file__).parent / "data"
Item = TypeVar("Item", bound=Strict)
_NOT_TOLD = {"sources", "patterns", "strong", "unless", "matches", "passes"}


class ContentError(Exception):
    """A content file is malformed, or says something without a source."""


@dataclass(frozen=True, eq=False)
class Content:
    """Everything that may be told to people, by kind; `say` gives the handlers' own words.

    Compared and hashed by identity, so that what is compiled from it can be cached.
    """

    hotlines: Mapping[str, Hotline]
    typologies: Mapping[str, Typology]
    law: Mapping[str, LawTopic]
    job_signs: Mapping[str, Sign]
    scam_signs: Mapping[str, Sign]
    safety: Mapping[str, SafetyRule]
    quiz: Mapping[str, Question]
    provinces: Mapping[str, Province]
    messages: Mapping[str, str]
    advice: Mapping[str, Topic]
    support: Mapping[str, Topic]
    situations: Mapping[str, Situation]

    def say(self, key: str, **values: object) -> str:
        """The message `key` (`file.name`) with `{slots}` filled; raises KeyError."""
        return self.messages[key].format(**values) if values else self.messages[key]

    def hotline(self, name: str, today: date) -> Hotline | None:
        """The number `name`, or None once its review date has passed."""
        line = self.hotlines[name]
        return line if line.evergreen or line.current(today) else None


def load(folder: Path = DATA) -> Content:
    """Load and check every file of `folder`; raises ContentError naming file and fault."""
    hotlines = _index(folder / "hotlines.yml", Hotline, {})
    return Content(
        hotlines=hotlines,
        typologies=_index(folder / "typologies", Typology, hotlines),
        law=_index(folder / "law", LawTopic, hotlines),
        job_signs=_index(folder / "signs" / "job.yml", Sign, hotlines),
        scam_signs=_index(folder / "signs" / "scam.yml", Sign, hotlines),
        safety=_index(folder / "safety", SafetyRule, hotlines),
        quiz=_index(folder / "quiz", Question, hotlines),
        provinces=_index(folder / "provinces.yml", Province, hotlines, key="code"),
        messages=_messages(folder / "messages", hotlines),
        advice=_index(folder / "advice.yml", Topic, hotlines),
        support=_index(folder / "support.yml", Topic, hotlines),
        situations=_index(folder / "situations.yml", Situation, hotlines),
    )


def _files(path: Path) -> Iterable[Path]:
    return sorted(path.glob("*.yml")) if path.is_dir() else [path]


def _index(
    path: Path, kind: type[Item], hotlines: Mapping[str, Hotline], key: str = "id"
) -> dict[str, Item]:
    found: dict[str, Item] = {}
    for file in _files(path):
        for raw in _read_list(file):
            try:
                item = kind.model_validate(raw)
            except ValidationError as error:
                raise ContentError(f"{file.name}: {_first(error)}") from error
            name = str(getattr(item, key))
            if name in found:
                raise ContentError(f"{file.name}: {name} stands twice")
            if kind is not Hotline:
                _check(f"{file.name}: {name}", item, hotlines)
            found[name] = item
    if not found:
        raise ContentError(f"{path.name}: nothing there")
    return found


def _read(file: Path) -> Any:
    try:
        return yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ContentError(f"{file.name}: {error}") from error


def _read_list(file: Path) -> list[Any]:
    data = _read(file)
    if not isinstance(data, list):
        raise ContentError(f"{file.name}: a list is expected")
    return data


def _first(error: ValidationError) -> str:
    fault = error.errors()[0]
    return f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}"


def _messages(folder: Path, hotlines: Mapping[str, Hotline]) -> dict[str, str]:
    found: dict[str, str] = {}
    for file in _files(folder):
        data = _read(file)
        if not isinstance(data, dict) or not all(
            isinstance(name, str) and isinstance(text, str) for name, text in data.items()
        ):
            raise ContentError(f"{file.name}: names with texts are expected")
        for name, text in data.items():
            key = f"{file.stem}.{name}"
            found[key] = _filled(f"{file.name}: {name}", text.strip(), hotlines)
    return found


def _filled(where: str, text: str, hotlines: Mapping[str, Hotline]) -> str:
    try:
        told = fill(text, hotlines)
    except UnknownHotlineError as error:
        raise ContentError(f"{where}: {error}") from error
    _check_numbers(where, told, hotlines)
    return told


def _check(where: str, item: Strict, hotlines: Mapping[str, Hotline]) -> None:
    if isinstance(item, Typology | Situation):
        for name in item.hotlines:
            if name not in hotlines:
                raise ContentError(f"{where}: no hotline {name}")
    for text in _told(item.model_dump(exclude=_NOT_TOLD)):
        _check_numbers(where, text, hotlines)


def _check_numbers(where: str, text: str, hotlines: Mapping[str, Hotline]) -> None:
    for number in strangers(text, hotlines):
        raise ContentError(f"{where}: {number} is not a number of hotlines.yml")


def _told(value: object) -> Iterable[str]:
    """Every text inside a dumped item."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _told(part)
