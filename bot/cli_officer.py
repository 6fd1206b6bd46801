"""`lachan officer …`: accounts of the console, kept by whoever runs the machine."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated

import typer
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.product import keyring_of
from reports.audit import AuditLog
from reports.errors import ReportsError
from reports.models import Officer
from reports.officers import Officers, add_officer
from store.crypto import KeyringError
from store.embedded import EmbeddedPostgres
from store.engine import make_engine, make_sessions
from store.migrate import upgrade
from store.settings import Settings

app = typer.Typer(no_args_is_help=True, help="Accounts of the console.")
Work = Callable[[AsyncSession], Awaitable[str]]
Username = Annotated[str, typer.Argument(help="3 to 32 letters, digits, dots")]
Password = Annotated[
    str,
    typer.Option(
        prompt="Mật khẩu (ít nhất 12 ký tự)",
        hide_input=True,
        confirmation_prompt="Nhập lại mật khẩu",
        envvar="LACHAN_OFFICER_PASSWORD",
    ),
]


class Refusal(Exception):
    """What was asked for cannot be done; the sentence says why."""


@app.callback()
def accounts() -> None:
    """Accounts of the console."""


@app.command()
def add(
    username: Username,
    name: Annotated[str, typer.Option(help="name shown in the console")] = "",
    password: Password = "",
) -> None:
    """Make an account; asks for the password without showing it."""

    async def work(session: AsyncSession) -> str:
        await add_officer(session, username, name or username, password, datetime.now(UTC))
        return f"Đã tạo tài khoản {username}."

    _run(work)


@app.command("password")
def set_password(username: Username, password: Password = "") -> None:
    """Give an account a new password; unlocks it and ends all its sessions."""

    async def work(session: AsyncSession) -> str:
        officer = await session.scalar(select(Officer).where(Officer.username == username.lower()))
        if officer is None:
            raise Refusal(f"Không có tài khoản {username}.")
        await Officers(session).set_password(officer, password, datetime.now(UTC))
        return f"Đã đổi mật khẩu của {username}; mọi phiên cũ đã kết thúc."

    _run(work)


@app.command("journal-check")
def journal_check() -> None:
    """Whether the journal of views and changes is as it was written (its hash chain)."""
    ring = keyring_of(Settings())

    async def work(session: AsyncSession) -> str:
        broken = await AuditLog(session, ring).first_broken()
        if broken is not None:
            raise Refusal(f"Nhật ký đã bị sửa: dòng {broken} không khớp.")
        return "Nhật ký nguyên vẹn (dòng cuối bị xóa thì không thấy được)."

    _run(work)


def _run(work: Work) -> None:
    try:
        typer.echo(f"✓ {asyncio.run(_with_database(Settings(), work))}")
    except (Refusal, ReportsError, KeyringError, ValueError) as error:
        typer.echo(f"✗ {error}", err=True)
        raise typer.Exit(1) from None


async def _with_database(settings: Settings, work: Work) -> str:
    """`work` in one transaction on the operator's server, or on the embedded one."""
    embedded = None
    if settings.database_url is None:
        embedded = EmbeddedPostgres(settings.data_dir / "postgres")
        url = embedded.url
    else:
        url = settings.database_url.get_secret_value()
    try:
        await asyncio.to_thread(upgrade, url)
        engine = make_engine(url, pool_size=1)
        try:
            async with make_sessions(engine)() as session:
                said = await work(session)
                await session.commit()
            return said
        finally:
            await engine.dispose()
    finally:
        if embedded:
            embedded.stop()
