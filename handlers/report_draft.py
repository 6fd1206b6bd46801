"""The filled form as the draft that is kept."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from handlers import sealing
from handlers.turn import Turn
from reports import terms
from reports.draft import Consent, Draft


def draft(turn: Turn) -> Draft:
    """What the state of the form holds, typed."""
    data = turn.state.data
    risk = data.get("risk")
    pairs = [pair for kept in data.get("suspects", {}).values() for pair in kept]
    code = data.get("when_code")
    return Draft(
        kind=terms.Kind(data["kind"]),
        priority=terms.Priority(data["priority"]),
        tier=terms.Tier(turn.tier.value),
        consent=_consent(data["consent"]),
        summary=data.get("what"),
        province=data.get("province"),
        abroad=bool(data.get("abroad")),
        place_text=data.get("place"),
        when_code=terms.When(code) if code else None,
        when_text=data.get("when_text"),
        suspect_text=data.get("who"),
        in_danger=None if risk is None else risk in ("danger", "both"),
        minor=None if risk is None else risk in ("minor", "both"),
        suspects=sealing.suspects(pairs),
    )


def _consent(kept: Mapping[str, Any]) -> Consent:
    at = datetime.fromisoformat(kept["at"])
    return Consent(terms.ConsentLevel(kept["level"]), kept["version"], at)


def has_content(draft: Draft) -> bool:
    """Whether anything was answered at all."""
    texts = (draft.summary, draft.place_text, draft.suspect_text, draft.province)
    return any((*texts, draft.suspects, draft.in_danger, draft.minor))
