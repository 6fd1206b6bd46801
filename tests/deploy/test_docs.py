"""The operator's page knows every setting and every line that the product may log."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.channels.zalo_errors import TABLE
from bot.cli_config import variable
from deploy.compose_check import ROOT
from store.settings import Settings

PAGE = (ROOT / "docs" / "van-hanh.md").read_text()
ROOMS = ("bot", "handlers", "content", "reports", "console", "store")
LEVELS = frozenset({"debug", "info", "warning", "error", "critical", "exception"})
GUIDES = ("van-hanh.md", "kenh.md", "operator.md", "developer.md")


@pytest.mark.parametrize("field", Settings.model_fields)
def test_every_setting_has_its_row(field: str) -> None:
    assert re.search(rf"^\| `{variable(field)}` \| \S", PAGE, re.MULTILINE)


def test_no_row_tells_of_a_setting_that_is_none() -> None:
    told = set(re.findall(r"^\| `((?:LACHAN|TELEGRAM|ZALO|DATABASE)_\w+)` \|", PAGE, re.MULTILINE))
    compose_only = {"LACHAN_DB_SYNC", "LACHAN_DB_PRIMARY"}
    assert told - compose_only <= {variable(field) for field in Settings.model_fields}


@pytest.mark.parametrize(
    ("field", "default"),
    [
        (name, field.default)
        for name, field in Settings.model_fields.items()
        if isinstance(field.default, int | float | str)
    ],
)
def test_defaults_are_told_as_they_are(field: str, default: object) -> None:
    row = re.search(rf"^\| `{variable(field)}` \|(.+)$", PAGE, re.MULTILINE)
    assert row is not None
    shown = str(default).lower() if isinstance(default, bool) else f"{default}".removesuffix(".0")
    assert f"`{shown}`" in row[1]


def logged() -> Iterator[tuple[str, Path]]:
    """(event, file) of each `log.<level>("event", …)`."""
    for path in sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in LEVELS
                and node.args
                and isinstance(node.args[0], ast.Constant)
                and isinstance(node.args[0].value, str)
            ):
                yield node.args[0].value, path


def test_every_line_of_the_log_has_its_cure() -> None:
    found = dict(logged())
    assert len(found) > 30
    assert [event for event in found if f"`{event}`" not in PAGE] == []


def test_every_reason_that_zalo_gives_is_explained() -> None:
    reasons = {verdict.reason or "sent" for verdict in TABLE.values()}
    assert [reason for reason in reasons if f"`{reason}`" not in PAGE] == []
    codes = [str(code).replace("-", "−") for code in TABLE if code]
    assert [code for code in codes if code not in PAGE] == []


@pytest.mark.parametrize("guide", GUIDES)
def test_links_of_the_guides_lead_somewhere(guide: str) -> None:
    text = (ROOT / "docs" / guide).read_text()
    for target in re.findall(r"\]\(([^)#\s]+)", text):
        if "://" not in target:
            assert (ROOT / "docs" / target).exists(), target
    heads = {anchor(head) for head in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= heads


def anchor(head: str) -> str:
    """As GitHub and most others make them."""
    return re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-")
