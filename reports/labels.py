"""The short Vietnamese labels of `labels.yml`."""

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

import yaml


@lru_cache(maxsize=1)
def labels() -> Mapping[str, Mapping[str, str]]:
    """`labels()["status"]["new"]`; groups are named after the enums, plus `tokens`."""
    raw = files("reports").joinpath("labels.yml").read_text(encoding="utf-8")
    loaded: Mapping[str, Mapping[str, str]] = yaml.safe_load(raw)
    return loaded
