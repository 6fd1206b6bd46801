"""`lachan officer …`: accounts of the console, made by whoever runs the machine."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import typer

from reports.errors import ReportsError
from reports.officers import add_officer
from store.embedded import EmbeddedPostgres
from store.engine import make_engine, make_sessions
from store.migrate import upgrade
from store.settings import Settings

app = typer.Typer(no_args_is_help=True, help="Accounts of the console.")


@app.callback()
def accounts() -> None:
    """Accounts of the console."""


@app.command()
def add(
    username: Annotated[str, typer.Argument(help="3 to 32 letters, digits, dots")],
    name: Annotated[str, typer.Option(help="name shown in the console")] = "",
    password: Annotated[
        str,
        typer.Option(
            prompt="Mật khẩu (ít nhất 12 ký tự)",
            hide_input=True,
            confirmation_prompt="Nhập lại mật khẩu",
            envvar="LACHAN_OFFICER_PASSWORD",
        ),
    ] = "",
) -> None:
    """Make an account; asks for the password without showing it."""
    settings = Settings()
    try:
        asyncio.run(_add(settings, username, name or username, password))
    except (ReportsError, ValueError) as error:
        typer.echo(f"✗ {error}", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"✓ Đã tạo tài khoản {username}.")


async def _add(settings: Settings, username: str, name: str, password: str) -> None:
    embedded = None
    if settings.database_url is None:
        embedded = EmbeddedPostgres(settings.data_dir / "postgres")
    url = embedded.url if embedded else settings.database_url.get_secret_value()  # type: ignore[union-attr]
    try:
        await asyncio.to_thread(upgrade, url)
        engine = make_engine(url, pool_size=1)
        async with make_sessions(engine)() as session:
            await add_officer(session, username, name, password, datetime.now(UTC))
            await session.commit()
        await engine.dispose()
    finally:
        if embedded:
            embedded.stop()
