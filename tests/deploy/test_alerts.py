"""The alert rules speak of metrics, reasons and outcomes that the product really has."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY

import bot.serve  # noqa: F401 - every module with metrics comes with it
from bot.channels.base import Outcome
from bot.channels.zalo_errors import _UNKNOWN, TABLE
from deploy.compose_check import ROOT

RULES = ROOT / "deploy" / "prometheus" / "alerts.yml"
SUFFIXES = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}


def ours() -> dict[str, set[str]]:
    """Our metrics as they are declared, each with the names that are scraped."""
    return {
        family.name: {family.name + end for end in SUFFIXES[family.type]}
        for family in REGISTRY.collect()
        if family.name.startswith("lachan_")
    }


def rules() -> Iterator[dict[str, Any]]:
    for group in yaml.safe_load(RULES.read_text())["groups"]:
        yield from group["rules"]


@pytest.mark.parametrize("rule", list(rules()), ids=lambda rule: str(rule["alert"]))
def test_an_alert_asks_for_metrics_that_exist_and_is_explained(rule: dict[str, Any]) -> None:
    scraped = set().union(*ours().values())
    assert set(re.findall(r"\blachan_\w+", rule["expr"])) <= scraped
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert rule["annotations"]["summary"]
    assert rule["alert"] in Path(ROOT / "docs" / "van-hanh.md").read_text()


def test_label_values_of_alerts_are_ones_that_are_counted() -> None:
    text = RULES.read_text()
    reasons = {one for given in re.findall(r'reason=~"([^"]+)"', text) for one in given.split("|")}
    assert reasons <= {verdict.reason for verdict in [*TABLE.values(), _UNKNOWN]}
    alarming = {verdict.reason for verdict in [*TABLE.values(), _UNKNOWN] if verdict.alarm}
    assert alarming <= reasons
    assert set(re.findall(r'outcome="(\w+)"', text)) <= {str(outcome) for outcome in Outcome}


def test_every_metric_is_explained_to_the_operator() -> None:
    told = (ROOT / "docs" / "van-hanh.md").read_text()
    missing = [
        name for name, scraped in ours().items() if not any(s in told for s in (name, *scraped))
    ]
    assert missing == []
