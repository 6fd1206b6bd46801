"""The console's own sentences (`words.yml`), next to the labels of `reports`."""

from collections.abc import Mapping
from datetime import timedelta
from importlib.resources import files

import yaml

MINUTE, HOUR, DAY = 60, 3600, 86400


class Words:
    """`words.text("problem", "reason")`; groups are mappings for templates."""

    def __init__(self, groups: Mapping[str, Mapping[str, str]]) -> None:
        self._groups = groups

    def __getitem__(self, group: str) -> Mapping[str, str]:
        return self._groups[group]

    def text(self, group: str, name: str, /, **slots: object) -> str:
        """The sentence with its `{slots}` filled; raises KeyError."""
        return self._groups[group][name].format(**slots)

    def span(self, length: timedelta) -> str:
        """A length of time in one unit, rounded down: `5 phút`, `3 giờ`, `2 ngày`."""
        seconds = abs(int(length.total_seconds()))
        if seconds < MINUTE:
            return self.text("span", "moment")
        if seconds < HOUR:
            return self.text("span", "minutes", n=seconds // MINUTE)
        if seconds < 2 * DAY:
            return self.text("span", "hours", n=seconds // HOUR)
        return self.text("span", "days", n=seconds // DAY)


def load_words() -> Words:
    raw = files("console").joinpath("words.yml").read_text(encoding="utf-8")
    return Words(yaml.safe_load(raw))
