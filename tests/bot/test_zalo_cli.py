"""The operator's three commands: log in, look at ages, check one real event."""

import asyncio
import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import orjson
import psycopg
import pytest
from typer.testing import CliRunner, Result

from bot.channels.zalo_login import WrongAnswer, begin, challenge, code_of
from bot.cli_zalo import app
from store.crypto import Keyring
from store.types import use_keyring
from tests.support.fake_zalo import FakeZalo
from tests.support.zalo_events import APP_ID, APP_SECRET, OA_SECRET, sign, typed

Run = Callable[..., Result]


class Beside:
    """The fake in a thread of its own: the command line brings its own event loop."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self.zalo = self._do(FakeZalo().__aenter__())

    def _do(self, work: Any) -> Any:
        done: Future[Any] = asyncio.run_coroutine_threadsafe(work, self._loop)
        return done.result(10)

    def stop(self) -> None:
        self._do(self.zalo.__aexit__())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@pytest.fixture
def zalo() -> Iterator[FakeZalo]:
    beside = Beside()
    yield beside.zalo
    beside.stop()


@pytest.fixture
def run(
    zalo: FakeZalo, database_url: str, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Run]:
    for name, value in {
        "DATABASE_URL": database_url,
        "LACHAN_KEYRING": keyring.dumps(),
        "LACHAN_PUBLIC_URL": "https://lachan.example",
        "ZALO_APP_ID": APP_ID,
        "ZALO_APP_SECRET": APP_SECRET,
        "ZALO_OA_SECRET_KEY": OA_SECRET,
        "ZALO_API_BASE": zalo.url,
        "ZALO_OAUTH_BASE": zalo.url,
    }.items():
        monkeypatch.setenv(name, value)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("TRUNCATE platform_tokens")
    yield lambda *words, **more: CliRunner().invoke(app, list(words), **more)
    use_keyring(keyring)


def log_in(run: Run, zalo: FakeZalo, monkeypatch: pytest.MonkeyPatch, whole: bool = True) -> Result:
    """The administrator opens the printed address and pastes where the browser ends."""
    said: list[str] = []

    def agree(_question: str) -> str:
        url = next(line for line in said if "/v4/oa/permission" in line)
        address = zalo.consent(url)
        return address if whole else re.split("code=", address)[1]

    def echo(line: object = "", err: bool = False) -> None:
        said.append(str(line))

    monkeypatch.setattr("bot.cli_zalo.typer.prompt", agree)
    monkeypatch.setattr("bot.cli_zalo.typer.echo", echo)
    result = run("login")
    result.said = "\n".join(said)  # type: ignore[attr-defined]
    monkeypatch.undo()
    return result


@pytest.mark.parametrize("whole", [True, False])
def test_login_keeps_a_pair_that_works(
    run: Run, zalo: FakeZalo, database_url: str, whole: bool
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        result = log_in(run, zalo, patch, whole)
    said: str = result.said  # type: ignore[attr-defined]
    assert result.exit_code == 0, said
    assert "✓" in said
    assert "chưa nhận" not in said
    assert zalo._access not in said
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT count(*) FROM platform_tokens").fetchone() == (1,)


def test_token_shows_ages_and_no_values(run: Run, zalo: FakeZalo) -> None:
    empty = run("token")
    assert empty.exit_code == 1
    assert "login" in empty.output
    with pytest.MonkeyPatch.context() as patch:
        log_in(run, zalo, patch)
    shown = run("token", "--check")
    assert shown.exit_code == 0, shown.output
    assert "24 giờ" in shown.output
    assert "Zalo nhận mã truy cập: có" in shown.output
    assert zalo._access not in shown.output
    assert zalo._refresh not in shown.output


def test_a_refused_code_is_a_sentence(run: Run) -> None:
    refused = run("login", input="not-a-code\n")
    assert refused.exit_code == 1
    assert "-14014" in refused.output
    assert "Traceback" not in refused.output


def test_missing_settings_are_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ZALO_APP_SECRET")
    refused = run("token")
    assert refused.exit_code == 1
    assert "ZALO_APP_SECRET" in refused.output


def saved(folder: Path, raw: bytes, headers: dict[str, str], as_json: bool = False) -> list[str]:
    body, head = folder / "body.bin", folder / "headers.txt"
    body.write_bytes(raw)
    lines = "\n".join(f"{name.lower()}: {value}" for name, value in headers.items())
    head.write_text(orjson.dumps(headers).decode() if as_json else lines)
    return ["verify-event", str(body), "--headers", str(head)]


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize(
    ("stamp", "told"), [("header", "X-ZEvent-Timestamp"), ("body", "trường timestamp")]
)
def test_a_real_event_tells_which_timestamp_is_meant(
    run: Run, tmp_path: Path, stamp: str, told: str, as_json: bool
) -> None:
    raw = orjson.dumps(typed("u", "riêng tư"))
    result = run(*saved(tmp_path, raw, sign(raw, stamp=stamp), as_json))
    assert result.exit_code == 0, result.output
    assert told in result.output
    assert "riêng tư" not in result.output


@pytest.mark.parametrize(
    ("change", "secret", "hint"),
    [
        (b"\n", OA_SECRET, "xuống dòng"),
        (b"", APP_SECRET, "ZALO_APP_SECRET"),
        (b"", "another", "không khớp"),
    ],
)
def test_usual_mistakes_are_named(
    run: Run, tmp_path: Path, change: bytes, secret: str, hint: str
) -> None:
    raw = orjson.dumps(typed("u", "x"))
    result = run(*saved(tmp_path, raw + change, sign(raw, secret)))
    assert result.exit_code == 1
    assert hint in result.output


def test_the_challenge_is_s256() -> None:
    """The example of RFC 7636, appendix B."""
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert challenge(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_a_code_is_found_in_what_was_pasted() -> None:
    state = begin("https://o", "1", "https://r").state
    assert code_of(" abc ", state) == "abc"
    assert code_of(f"https://r/?oa_id=1&code=abc&state={state}", state) == "abc"
    assert code_of("https://r/?oa_id=1&code=abc", state) == "abc"
    for wrong in ("", "https://r/?oa_id=1", "https://r/?code=abc&state=other"):
        with pytest.raises(WrongAnswer):
            code_of(wrong, state)
