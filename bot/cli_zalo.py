"""`lachan zalo login | token | verify-event`: what an operator does by hand for the Zalo OA."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from sqlalchemy.exc import SQLAlchemyError

from bot.channels import zalo_updates
from bot.channels.zalo_client import GrantRefused, ZaloClient, ZaloFault
from bot.channels.zalo_event_file import mistakes, read_headers
from bot.channels.zalo_login import WrongAnswer, begin, code_of
from bot.channels.zalo_pair import Kept, TokenState
from bot.channels.zalo_signature import SIGNATURE, event_of, fitting
from bot.channels.zalo_tokens import ZaloTokens
from bot.channels.zalo_watch import ALERT_AFTER
from bot.cli_config import variable
from bot.product import keyring_of
from store.crypto import KeyringError
from store.embedded import EmbeddedError, EmbeddedPostgres
from store.engine import make_engine, make_sessions
from store.migrate import upgrade
from store.settings import Settings
from store.types import use_keyring

app = typer.Typer(no_args_is_help=True, help="The Zalo Official Account.")
Work = Callable[[ZaloTokens, ZaloClient], Awaitable[str]]
STATES = {
    TokenState.fine: "dùng được",
    TokenState.spending: "đang được gia hạn",
    TokenState.uncertain: "không chắc: lần gia hạn gần nhất mất trả lời",
    TokenState.refused: "bị Zalo từ chối gia hạn",
    TokenState.missing: "chưa có",
}
FOR_TOKENS = ("zalo_app_id", "zalo_app_secret")
LOGIN_AGAIN = "Hãy chạy `lachan zalo login`."


class Refusal(Exception):
    """What was asked for cannot be done; the sentence says why."""


@app.callback()
def zalo() -> None:
    """The Zalo Official Account."""


@app.command()
def login(
    redirect: Annotated[
        str | None,
        typer.Option(help="callback address registered in Zalo's console; else LACHAN_PUBLIC_URL"),
    ] = None,
) -> None:
    """Ask the OA's administrator for consent (PKCE), and keep the token pair."""
    settings = _settings(*FOR_TOKENS)
    address = redirect or settings.public_url
    if not address:
        _fail("Cần --redirect hoặc LACHAN_PUBLIC_URL (đúng như đã khai báo ở trang quản trị Zalo).")
    consent = begin(settings.zalo_oauth_base, settings.zalo_app_id or "", address)
    typer.echo("1. Quản trị viên của OA mở địa chỉ này trong trình duyệt và bấm đồng ý:")
    typer.echo(consent.url)
    typer.echo(
        "2. Sao chép địa chỉ mà trình duyệt được chuyển tới (hoặc riêng phần code), dán vào."
    )
    pasted = typer.prompt("Địa chỉ hoặc code (có hiệu lực 10 phút)")

    async def work(tokens: ZaloTokens, client: ZaloClient) -> str:
        await tokens.login(await client.exchange(code_of(pasted, consent.state), consent.verifier))
        kept = await tokens.kept()
        alive = kept is not None and await client.works(kept.access)
        return "Đã lưu cặp mã." + ("" if alive else " Nhưng Zalo chưa nhận mã này khi thử.")

    _run(settings, work)


@app.command()
def token(
    check: Annotated[bool, typer.Option("--check", help="ask Zalo whether it still works")] = False,
) -> None:
    """Ages and state of the token pair, never its values."""
    settings = _settings(*FOR_TOKENS)

    async def work(tokens: ZaloTokens, client: ZaloClient) -> str:
        kept, now = await tokens.kept(), datetime.now(UTC)
        if kept is None:
            raise Refusal(f"Chưa có mã. {LOGIN_AGAIN}")
        state = await tokens.settle() if check else kept.state(now)
        lines = list(_ages(kept, state, now))
        if check:
            alive = await client.works(kept.access)
            lines.append(f"  Zalo nhận mã truy cập: {'có' if alive else 'không'}")
        if state in (TokenState.uncertain, TokenState.refused):
            raise Refusal("\n".join([*lines, LOGIN_AGAIN]))
        return "\n".join(lines)

    _run(settings, work)


@app.command("verify-event")
def verify_event(
    body: Annotated[Path, typer.Argument(help="file with the raw body, byte for byte")],
    headers: Annotated[Path, typer.Option(help="file with its headers: `Name: value` lines, JSON")],
) -> None:
    """Which timestamp candidate proves a saved event; run this once before going live."""
    settings = _settings("zalo_app_id", "zalo_oa_secret")
    raw, named = body.read_bytes(), read_headers(headers.read_text(encoding="utf-8"))
    app_id = settings.zalo_app_id or ""
    secret = settings.zalo_oa_secret.get_secret_value() if settings.zalo_oa_secret else ""
    if SIGNATURE not in named:
        _fail(f"Tệp tiêu đề không có {SIGNATURE}.")
    event = event_of(raw) or {}
    typer.echo(f"  loại sự kiện: {zalo_updates.kind(event)}")
    found = fitting(raw, named, app_id, secret)
    if found is None:
        _fail(
            "\n".join(["Chữ ký không khớp với dấu thời gian nào.", *mistakes(raw, named, settings)])
        )
    places = {"header": "tiêu đề X-ZEvent-Timestamp", "body": "trường timestamp trong nội dung"}
    typer.echo(f"✓ Chữ ký khớp, theo {places[str(found)]}.")


def _ages(kept: Kept, state: TokenState, now: datetime) -> Iterator[str]:
    age, left = now - kept.refreshed_at, kept.expires_at - now
    yield f"Cặp mã Zalo: {STATES[state]}"
    yield f"  gia hạn lần cuối: {_span(age)} trước (mã làm mới sống khoảng 90 ngày)"
    yield "  mã truy cập: " + (f"còn {_span(left)}" if left > timedelta() else "đã hết hạn")
    if age > ALERT_AFTER:
        yield f"  CẢNH BÁO: đã quá {ALERT_AFTER.days} ngày không gia hạn"


def _span(span: timedelta) -> str:
    hours = int(max(span, timedelta()).total_seconds() // 3600)
    return f"{hours // 24} ngày {hours % 24} giờ" if hours >= 48 else f"{hours} giờ"


def _settings(*needed: str) -> Settings:
    settings = Settings()
    for name in needed:
        if not getattr(settings, name):
            _fail(f"Cần {variable(name)}.")
    return settings


def _fail(sentence: str) -> NoReturn:
    typer.echo(f"✗ {sentence}", err=True)
    raise typer.Exit(1)


def _run(settings: Settings, work: Work) -> None:
    try:
        typer.echo(f"✓ {asyncio.run(_with_tokens(settings, work))}")
    except WrongAnswer:
        _fail("Không tìm thấy code của lần đăng nhập này trong nội dung vừa dán.")
    except GrantRefused as error:
        _fail(f"Zalo từ chối (mã {error.error}). Code chỉ dùng được một lần, trong 10 phút.")
    except ZaloFault as error:
        _fail(f"Không hỏi được Zalo ({error.reason}). Hãy thử lại sau.")
    except (Refusal, KeyringError, EmbeddedError, SQLAlchemyError) as error:
        _fail(str(error) if isinstance(error, Refusal) else type(error).__name__)


async def _with_tokens(settings: Settings, work: Work) -> str:
    """`work` on the operator's database server, or on the embedded one."""
    use_keyring(keyring_of(settings))
    embedded = None
    if settings.database_url is None:
        embedded = EmbeddedPostgres(settings.data_dir / "postgres")
    url = embedded.url if embedded else settings.database_url.get_secret_value()  # type: ignore[union-attr]
    client = ZaloClient(settings)
    try:
        await asyncio.to_thread(upgrade, url)
        engine = make_engine(url, pool_size=2)
        try:
            tokens = ZaloTokens(make_sessions(engine), client, lambda: datetime.now(UTC))
            return await work(tokens, client)
        finally:
            await engine.dispose()
    finally:
        await client.close()
        if embedded:
            embedded.stop()
