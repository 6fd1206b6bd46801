"""Which text of `content/data/messages/danger.yml` answers a danger, and its one-tap calls."""

from collections.abc import Mapping, Sequence

from content.schema import Category
from handlers.danger_known import Known

_FAMILY_ABROAD = ("consular", "h113", "h111")
_FAMILY_MYANMAR = ("consular", "myanmar_embassy", "h113", "h111")
# Which numbers go with a text, in the order of its one-tap links.
LINKS: Mapping[str, Sequence[str]] = {
    "first_home": ("h113", "h111", "h115"),
    "first_injured": ("h115", "h113", "h111"),
    "first_abroad": ("consular", "h113", "h111"),
    "first_abroad_myanmar": ("consular", "myanmar_embassy", "h113", "h111"),
    "first_family_abroad": _FAMILY_ABROAD,
    "first_family_myanmar": _FAMILY_MYANMAR,
    "first_child": ("h111", "h113", "h115"),
    "first_child_abroad": ("consular", "h111", "h113"),
    "first_suicide": ("h115", "h111", "ngay_mai"),
    "first_suicide_abroad": ("consular", "h115", "h111"),
    "first_overdose": ("h115", "h111"),
    "first_sea": ("h112", "h113", "h111"),
    "first_online": ("h113",),
    "first_online_family": ("h113",),
    "first_ransom": ("h113", "h111", "consular"),
    "first_missing": ("h113", "h111", "consular"),
    "first_missing_sea": ("h113", "h111", "h112"),
    "first_missing_child": ("h113", "h111", "consular"),
    "first_crossing": ("h113", "h111", "consular"),
    "again_home": ("h113", "h111", "h115"),
    "again_abroad": ("consular", "h113", "h111"),
    "again_abroad_myanmar": ("consular", "myanmar_embassy", "h113", "h111"),
    "again_family": ("h113", "h111"),
    "again_family_abroad": _FAMILY_ABROAD,
    "again_family_myanmar": _FAMILY_MYANMAR,
    "again_child": ("h111", "h113", "h115"),
    "again_sea": ("h112", "h113", "h111"),
    "again_suicide": ("h115", "h111"),
    "again_suicide_abroad": ("consular", "h115", "h111"),
    "unable_home": ("h113", "h111"),
    "unable_abroad": ("consular", "h113", "h111"),
    "unable_abroad_myanmar": ("consular", "myanmar_embassy", "h113", "h111"),
    "unable_sea": ("h112", "h113", "h111"),
    "crime_person": ("h111", "h113"),
    "crime_crossing": ("h111", "h113"),
    "text_only": ("h113", "h111"),
    "text_only_abroad": ("consular", "h113", "h111"),
    "abroad": ("consular",),
    "abroad_myanmar": ("consular", "myanmar_embassy"),
    "family": ("h113", "h111", "consular"),
    "family_myanmar": ("h113", "h111", "consular", "myanmar_embassy"),
}
_BY_RULE: Mapping[str, str] = {
    "online_family": "first_online_family",
    "online": "first_online",
    "missing_child": "first_missing_child",
    "missing_sea": "first_missing_sea",
    "boat": "first_sea",
}


def first_text(known: Known, rule: str, myanmar: bool) -> str:
    """The first reply's name; `myanmar`: the embassy's number there may still be told."""
    special = next((name for start, name in _BY_RULE.items() if rule.startswith(start)), None)
    if special in ("first_online", "first_online_family"):
        return special
    if known.category == Category.suicide:
        return _suicide("first_suicide", known, "first_overdose" if rule == "overdose" else None)
    if known.country and (known.family or known.category == Category.missing):
        return _family("first", known, myanmar)
    if known.category == Category.minor:
        return "first_child_abroad" if known.country else "first_child"
    if special is not None and not known.country:
        return special
    return _by_place(known, rule, myanmar)


def _by_place(known: Known, rule: str, myanmar: bool) -> str:
    threatened = known.category != Category.life or rule.startswith("life_sold")
    if known.category == Category.crossing or (known.border and not known.country and threatened):
        return "first_crossing"
    if known.country:
        return _abroad("first", known, myanmar)
    if known.category == Category.missing:
        return "first_missing_sea" if known.sea else "first_missing"
    # Who is held himself is not told to think before paying; the family is.
    if rule.startswith("ransom") and not known.own:
        return "first_ransom"
    if known.sea:
        return "first_sea"
    return "first_injured" if known.category == Category.life else "first_home"


def again_text(known: Known, myanmar: bool, unable: bool) -> str:
    """The name of a short answer to a fragment; `unable`: they cannot or dare not call."""
    if known.category == Category.suicide:
        return _suicide("again_suicide", known)
    kind = "unable" if unable else "again"
    if known.country:
        relative = known.family and not unable
        return (_family if relative else _abroad)(kind, known, myanmar)
    if known.sea:
        return f"{kind}_sea"
    if unable:
        return "unable_home"
    if known.category == Category.minor:
        return "again_child"
    return "again_family" if known.family else "again_home"


def _suicide(name: str, known: Known, at_home: str | None = None) -> str:
    return f"{name}_abroad" if known.country else at_home or name


def _family(kind: str, known: Known, myanmar: bool) -> str:
    return f"{kind}_family_myanmar" if _in_myanmar(known, myanmar) else f"{kind}_family_abroad"


def _abroad(kind: str, known: Known, myanmar: bool) -> str:
    return f"{kind}_abroad_myanmar" if _in_myanmar(known, myanmar) else f"{kind}_abroad"


def _in_myanmar(known: Known, told: bool) -> bool:
    return told and known.country == "myanmar"
