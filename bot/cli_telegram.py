"""`lachan telegram …`: tells Telegram where we are, and shows what it knows of us."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import UTC
from typing import Annotated

import typer
from telegram import Bot, BotCommandScopeAllGroupChats, User, WebhookInfo
from telegram.error import InvalidToken, TelegramError

from bot.channels.telegram_client import Secrets, make_client, secrets_of
from bot.channels.telegram_commands import menu
from bot.channels.telegram_transport import AnswerLost, NotSent, ServerFault
from bot.channels.telegram_updates import ALLOWED_UPDATES
from bot.product import keyring_of
from content.loader import ContentError, load
from store.crypto import KeyringError
from store.settings import Settings

app = typer.Typer(no_args_is_help=True, help="The Telegram bot.")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
Work = Callable[[Bot, Settings], Awaitable[None]]


class Refusal(Exception):
    """What was asked for cannot be done; the sentence says why."""


@app.callback()
def telegram() -> None:
    """The Telegram bot."""


@app.command("set-webhook")
def set_webhook(
    url: Annotated[str, typer.Option(help="public HTTPS address; else LACHAN_PUBLIC_URL")] = "",
) -> None:
    """Let Telegram deliver to our public address; sets the command menu too."""

    async def work(bot: Bot, settings: Settings) -> None:
        secrets = _checked(secrets_of(settings, keyring_of(settings)))
        base = _public(url or settings.public_url or "")
        await bot.set_webhook(
            base + secrets.route, secret_token=secrets.header, allowed_updates=ALLOWED_UPDATES
        )
        await _set_menu(bot)
        typer.echo(f"✓ Telegram sẽ gửi tin đến {base}/telegram/…")
        if settings.telegram_polling:
            typer.echo("! TELEGRAM_POLLING đang bật: hãy tắt đi, vì chỉ dùng được một trong hai.")

    _run(work)


@app.command("delete-webhook")
def delete_webhook() -> None:
    """Stop deliveries, so that TELEGRAM_POLLING can be used; waiting messages are kept."""

    async def work(bot: Bot, settings: Settings) -> None:
        await bot.delete_webhook()
        await _set_menu(bot)
        typer.echo("✓ Đã gỡ webhook; tin đang chờ vẫn còn ở Telegram.")
        if not settings.telegram_polling:
            typer.echo("! Đặt TELEGRAM_POLLING=true rồi chạy lại thì bot mới nhận tin.")

    _run(work)


@app.command()
def info() -> None:
    """Who the bot is, how messages reach us, and the last fault that Telegram met."""

    async def work(bot: Bot, settings: Settings) -> None:
        me, hook = await bot.get_me(), await bot.get_webhook_info()
        secrets = secrets_of(settings, keyring_of(settings))
        for line in [*_about(me), *_delivery(hook, settings, secrets)]:
            typer.echo(line)

    _run(work)


def _about(me: User) -> list[str]:
    joins = "được thêm vào" if me.can_join_groups else "không vào được"
    reads = "đọc mọi tin" if me.can_read_all_group_messages else "chỉ đọc tin gọi tên bot"
    return [
        f"  bot              @{me.username} ({me.first_name})",
        f"  trong nhóm       {joins}; {reads}",
    ]


def _delivery(hook: WebhookInfo, settings: Settings, secrets: Secrets) -> list[str]:
    """How updates come, without the secret part of the path."""
    lines = [f"  tin đang chờ     {hook.pending_update_count}"]
    if hook.url:
        ours = hook.url.endswith(secrets.route)
        lines.insert(0, f"  webhook          {hook.url.rpartition('/')[0]}/…")
        lines.append("✓ webhook khớp với cấu hình này" if ours else _NOT_OURS)
    else:
        lines.insert(0, "  webhook          (không có)")
    if hook.last_error_message and hook.last_error_date:
        at = f"{hook.last_error_date.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        lines.append(f"! lỗi gần nhất     {at}: {hook.last_error_message}")
    if hook.url and settings.telegram_polling:
        lines.append(_BOTH)
    if not hook.url and not settings.telegram_polling:
        lines.append(_NEITHER)
    if hook.url and set(hook.allowed_updates or ()) != set(ALLOWED_UPDATES):
        lines.append("! Loại tin nhận khác với bản này: chạy lại `lachan telegram set-webhook`.")
    return lines


_NOT_OURS = "✗ Webhook không phải của cấu hình này: chạy lại `lachan telegram set-webhook`."
_BOTH = "✗ TELEGRAM_POLLING đang bật mà webhook vẫn còn: chạy `lachan telegram delete-webhook`."
_NEITHER = "✗ Chưa có cách nhận tin: `lachan telegram set-webhook`, hoặc đặt TELEGRAM_POLLING=true."


def _public(url: str) -> str:
    """The address without a closing slash; raises Refusal."""
    if not re.fullmatch(r"https://[^\s/?#@]+(/[^\s?#]*)?", url):
        raise Refusal(
            "Cần địa chỉ công khai bắt đầu bằng https:// (LACHAN_PUBLIC_URL hoặc --url). "
            "Không có thì đặt TELEGRAM_POLLING=true."
        )
    return url.rstrip("/")


def _checked(secrets: Secrets) -> Secrets:
    if not _SECRET.fullmatch(secrets.header) or not _SECRET.fullmatch(secrets.path):
        raise Refusal(
            "TELEGRAM_WEBHOOK_SECRET và TELEGRAM_PATH_SECRET chỉ được có chữ không dấu, số, _ và -."
        )
    return secrets


async def _set_menu(bot: Bot) -> None:
    content = load()
    await bot.set_my_commands(menu(content))
    await bot.set_my_commands(menu(content, group=True), scope=BotCommandScopeAllGroupChats())


def _run(work: Work) -> None:
    try:
        asyncio.run(_with_bot(Settings(), work))
    except (Refusal, ContentError, KeyringError) as error:
        _fail(str(error))
    except InvalidToken:
        _fail("Telegram không nhận TELEGRAM_BOT_TOKEN. Lấy lại token ở @BotFather.")
    except ServerFault as error:
        _fail(f"Máy chủ Telegram đang lỗi ({error.status}). Thử lại sau ít phút.")
    except (NotSent, AnswerLost):
        _fail("Không nối được với Telegram. Kiểm tra mạng, HTTPS_PROXY và TELEGRAM_API_BASE.")
    except TelegramError as error:
        _fail(f"Telegram từ chối: {error.message}")


async def _with_bot(settings: Settings, work: Work) -> None:
    if settings.telegram_token is None:
        raise Refusal("Chưa đặt TELEGRAM_BOT_TOKEN.")
    client = make_client(settings)
    try:
        await work(client.bot, settings)
    finally:
        await client.close()


def _fail(reason: str) -> None:
    typer.echo(f"✗ {reason}", err=True)
    raise typer.Exit(1) from None
