"""Accounts and the journal, as whoever runs the machine keeps them."""

import psycopg
import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from store.crypto import Keyring

GOOD, BETTER = "mat-khau-thu-nghiem-1", "mat-khau-thu-nghiem-2"


@pytest.fixture
def run(database_url: str, keyring: Keyring, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("LACHAN_KEYRING", keyring.dumps())
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("TRUNCATE officers, audit_entries CASCADE")

    def command(*words: str, password: str = GOOD) -> Result:
        monkeypatch.setenv("LACHAN_OFFICER_PASSWORD", password)
        return CliRunner().invoke(app, ["officer", *words])

    return command


def hashed(database_url: str) -> str:
    with psycopg.connect(database_url) as connection:
        row = connection.execute("SELECT password FROM officers").fetchone()
    assert row is not None
    return str(row[0])


def test_a_forgotten_password_is_replaced(run, database_url: str) -> None:  # type: ignore[no-untyped-def]
    assert run("add", "can.bo").exit_code == 0
    before = hashed(database_url)
    changed = run("password", "can.bo", password=BETTER)
    assert changed.exit_code == 0, changed.output
    assert hashed(database_url) != before
    assert BETTER not in changed.output


def test_refusals_are_sentences(run) -> None:  # type: ignore[no-untyped-def]
    assert run("add", "can.bo").exit_code == 0
    for words, password in (
        (("add", "can.bo"), GOOD),
        (("password", "nobody"), GOOD),
        (("password", "can.bo"), "short"),
    ):
        refused = run(*words, password=password)
        assert refused.exit_code == 1, refused.output
        assert "✗" in refused.output
        assert "Traceback" not in refused.output


def test_an_altered_journal_is_noticed(run, database_url: str) -> None:  # type: ignore[no-untyped-def]
    assert run("add", "can.bo").exit_code == 0
    assert run("journal-check").exit_code == 0
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO audit_entries (officer_id, action, at, prev_hash, hash)"
            " SELECT id, 'sign_in', now(), '\\x00', '\\x00' FROM officers"
        )
    broken = run("journal-check")
    assert broken.exit_code == 1
    assert "đã bị sửa" in broken.output
