"""The `lachan` command line.

lachan run                     everything on this machine
lachan run --only ROLE         one role: web, worker, sender, console, nlu (needs DATABASE_URL)
lachan nlu reload              train if the data changed, then a new model without a pause
lachan telegram set-webhook    tell Telegram where we are (also: info)
lachan zalo login              let the Zalo OA in (also: token, verify-event)
lachan officer add NAME        an account for the console (also: password, journal-check)
lachan understand --jsonl      {"id","text"} lines in, what was understood out
lachan migrate                 newest schema (needs DATABASE_URL)
lachan keyring new             a keyring for LACHAN_KEYRING
lachan config check            what is set, what is missing, and why it matters
"""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from bot import cli_config, cli_nlu, cli_officer, cli_telegram, cli_understand, cli_zalo
from store.crypto import Keyring
from store.migrate import upgrade
from store.settings import Settings

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
config_app = typer.Typer(no_args_is_help=True, help="Settings.")
app.add_typer(cli_officer.app, name="officer")
app.add_typer(cli_nlu.app, name="nlu")
app.add_typer(cli_telegram.app, name="telegram")
app.add_typer(cli_zalo.app, name="zalo")
keyring_app = typer.Typer(no_args_is_help=True, help="The keyring.")
app.add_typer(config_app, name="config")
app.add_typer(keyring_app, name="keyring")


@app.command()
def run(
    only: Annotated[
        str, typer.Option(help="web, worker, sender (also several: web,worker), console, nlu")
    ] = "",
) -> None:
    """Start database, NLU, chat and console, and keep them alive; or one role only."""
    from bot.supervisor.roles import run_only
    from bot.supervisor.run import run as start

    raise typer.Exit(run_only(settings(), only) if only else start(settings()))


@app.command()
def understand(
    jsonl: Annotated[bool, typer.Option("--jsonl", help="read JSON lines")] = False,
    file: Annotated[Path | None, typer.Argument(help="else standard input")] = None,
) -> None:
    """What rules and model make of texts; needs the NLU process for the model's part."""
    if not jsonl:
        raise typer.BadParameter("Hiện chỉ có dạng --jsonl.")
    source = file.open(encoding="utf-8", errors="replace") if file else sys.stdin
    with source:
        asyncio.run(cli_understand.understand(settings(), source, sys.stdout))


@app.command()
def migrate() -> None:
    """Bring the database of DATABASE_URL to the newest schema."""
    known = settings()
    if known.database_url is None:
        raise typer.BadParameter("Cần DATABASE_URL.")
    upgrade(known.database_url.get_secret_value())
    typer.echo("✓ cấu trúc dữ liệu đã mới nhất")


@keyring_app.callback()
def keyring() -> None:
    """The keyring."""


@keyring_app.command("new")
def keyring_new() -> None:
    """A fresh keyring for LACHAN_KEYRING, on standard output."""
    typer.echo(Keyring.generate().dumps())


@config_app.callback()
def configuration() -> None:
    """Settings."""


@config_app.command("check")
def config_check() -> None:
    """Every setting, where it comes from, and what is missing."""
    faults = cli_config.check()
    raise typer.Exit(1 if faults else 0)


def settings() -> Settings:
    """The settings, or one readable line for each that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        for line in cli_config.explain(error):
            typer.echo(line, err=True)
        raise typer.Exit(2) from None


def main() -> None:
    app()


if __name__ == "__main__":
    main()
