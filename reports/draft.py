"""What a reporter hands in, before it becomes a report."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from reports.receipts import shown
from reports.terms import ConsentLevel, IndicatorKind, Kind, Priority, Tier, When

PURPOSES = {
    ConsentLevel.keep: ("answer", "keep", "ask_back"),
    ConsentLevel.forward: ("answer", "keep", "ask_back", "forward_police"),
}


@dataclass(frozen=True)
class Consent:
    """What was agreed to, to which version of the words, and when."""

    level: ConsentLevel
    version: str
    at: datetime


@dataclass(frozen=True)
class Suspect:
    """One thing that leads to the suspect, as it was written."""

    kind: IndicatorKind
    value: str


@dataclass(frozen=True)
class Draft:
    """The filled form; texts are anonymised once more when they are kept."""

    kind: Kind
    priority: Priority
    tier: Tier
    consent: Consent
    summary: str | None = None
    province: str | None = None
    abroad: bool = False
    place_text: str | None = None
    when_code: When | None = None
    when_text: str | None = None
    suspect_text: str | None = None
    in_danger: bool | None = None
    minor: bool | None = None
    suspects: Sequence[Suspect] = ()


@dataclass(frozen=True)
class Receipt:
    """Given once: 16 plain digits, and `shown` as they are told to people."""

    digits: str

    @property
    def shown(self) -> str:
        return shown(self.digits)


@dataclass(frozen=True)
class OpenQuestion:
    """An officer's question that waits for an answer."""

    id: int
    text: str
    asked_at: datetime
