"""The order of a start: ports, database, schema, model, processes, addresses."""

import asyncio
import shutil
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Sequence

from sqlalchemy.exc import SQLAlchemyError

from bot.product import keyring_of
from bot.supervisor.children import Child, stop_all, watch
from bot.supervisor.nlu_setup import PYTHON, NluMissing, model_path, train
from bot.supervisor.progress import say, step
from reports.officers import any_officer
from store.crypto import KeyringError
from store.embedded import EmbeddedError, EmbeddedPostgres
from store.engine import make_engine, make_sessions
from store.migrate import upgrade
from store.settings import ROOT, Settings

READY_SECONDS = 90.0
NEEDED_BYTES = 300 * 1024 * 1024


class CannotStart(Exception):
    """A start that failed, with a sentence that says what to do."""


def run(settings: Settings) -> int:
    """Start everything and stay until a signal; the exit code."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    children: list[Child] = []
    database: EmbeddedPostgres | None = None
    try:
        check_machine(settings)
        database, url = open_database(settings)
        children = start_children(settings, url, stop)
        wait_until_ready(settings, children, stop)
        if not stop.is_set():
            greet(settings, url)
        supervise(children, database, stop)
    except CannotStart as fault:
        say(f"✗ {fault}")
        return 1
    finally:
        say("… đang dừng")
        stop_all(children)
        if database is not None:
            database.stop()
    say("✓ đã dừng hết")
    return 0


def check_machine(settings: Settings) -> None:
    """Ports free and room on the disk; raises CannotStart."""
    nlu_port = int(settings.nlu_url.rsplit(":", 1)[-1].split("/")[0])
    for name, host, port in (
        ("LACHAN_PORT", settings.bind, settings.port),
        ("LACHAN_CONSOLE_PORT", settings.console_bind, settings.console_port),
        ("LACHAN_OPS_PORT", settings.ops_bind, settings.ops_port),
        ("LACHAN_NLU_URL", "127.0.0.1", nlu_port),
    ):
        if not port_free(host, port):
            raise CannotStart(
                f"Cổng {port} đang có chương trình khác dùng. Dừng chương trình đó, "
                f"hoặc chọn cổng khác bằng biến {name}."
            )
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(settings.data_dir).free < NEEDED_BYTES:
        raise CannotStart(
            f"Ổ đĩa chứa {settings.data_dir} còn dưới 300 MB. Giải phóng thêm chỗ rồi chạy lại."
        )


def port_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def open_database(settings: Settings) -> tuple[EmbeddedPostgres | None, str]:
    """The embedded server or the operator's, with the newest schema; raises CannotStart."""
    embedded = None
    try:
        keyring_of(settings)
        if settings.database_url is None:
            with step("cơ sở dữ liệu"):
                embedded = EmbeddedPostgres(settings.data_dir / "postgres")
        url = embedded.url if embedded else settings.database_url.get_secret_value()  # type: ignore[union-attr]
        with step("cấu trúc dữ liệu"):
            upgrade(url)
    except (EmbeddedError, SQLAlchemyError, OSError, ValueError) as error:
        if embedded:
            embedded.stop()
        raise CannotStart(
            "Không mở được cơ sở dữ liệu. Kiểm tra DATABASE_URL, chỗ trống trên ổ đĩa và quyền "
            f"ghi vào {settings.data_dir} ({type(error).__name__})."
        ) from error
    except KeyringError as error:
        raise CannotStart(
            f"Tệp khóa {settings.keyring_path} không đọc được: {error}. Khôi phục tệp từ bản sao "
            "lưu; đừng tạo tệp mới khi đã có dữ liệu."
        ) from error
    return embedded, url


def start_children(settings: Settings, url: str, stop: threading.Event) -> list[Child]:
    """The model if it is missing, then NLU, chat and console."""
    model = model_path()
    try:
        if not model.exists():
            with step("huấn luyện mô hình hiểu tiếng Việt"):
                train()
    except NluMissing as error:
        raise CannotStart(str(error)) from error
    children = commands(settings, url, str(model))
    for child in children:
        if not stop.is_set():
            child.start()
    return children


def commands(settings: Settings, url: str, model: str) -> list[Child]:
    nlu_port = settings.nlu_url.rsplit(":", 1)[-1].split("/")[0]
    nlu = [str(PYTHON), "-m", "nlu.server", "--model", model]
    token = settings.nlu_token.get_secret_value() if settings.nlu_token else ""
    ours = {"DATABASE_URL": url, "PYTHONPATH": str(ROOT)}
    return [
        Child(
            "NLU",
            [*nlu, "--host", "127.0.0.1", "--port", nlu_port],
            {"PYTHONPATH": str(ROOT), "LACHAN_NLU_TOKEN": token},
        ),
        Child("chat", [sys.executable, "-m", "bot.cli", "serve", "chat"], ours),
        Child("console", [sys.executable, "-m", "console"], ours),
    ]


def wait_until_ready(settings: Settings, children: Sequence[Child], stop: threading.Event) -> None:
    """Until the chat, the model and the console answer; raises CannotStart."""
    ready = f"http://127.0.0.1:{settings.ops_port}/readyz"
    console = f"http://127.0.0.1:{settings.console_port}/healthz"
    deadline = time.monotonic() + READY_SECONDS
    with step("khởi động NLU, chat và console"):
        while not stop.is_set():
            if b'"ready"' in _fetch(ready) and _fetch(console):
                return
            if time.monotonic() > deadline:
                raise CannotStart(
                    "Các tiến trình không sẵn sàng sau 90 giây; xem nhật ký phía trên."
                )
            for child in children:
                watch(child)
            stop.wait(0.2)


def _fetch(url: str) -> bytes:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - loopback
            return bytes(answer.read())
    except (urllib.error.URLError, OSError):
        return b""


def greet(settings: Settings, url: str) -> None:
    say("")
    say(f"  Chat cho người dân:   http://{shown(settings.bind)}:{settings.port}")
    say(f"  Console cho cán bộ:   http://{shown(settings.console_bind)}:{settings.console_port}")
    say("  Dừng lại:             Ctrl-C")
    if not asyncio.run(_has_officer(url)):
        say("")
        say("  Chưa có tài khoản cán bộ. Mở một cửa sổ lệnh khác và chạy:")
        say("    .venv/bin/lachan officer add TEN_DANG_NHAP")
    say("")


def shown(host: str) -> str:
    return "localhost" if host in ("127.0.0.1", "0.0.0.0", "::", "::1") else host  # noqa: S104


async def _has_officer(url: str) -> bool:
    engine = make_engine(url, pool_size=1)
    try:
        async with make_sessions(engine)() as session:
            return await any_officer(session)
    finally:
        await engine.dispose()


def supervise(
    children: Sequence[Child], database: EmbeddedPostgres | None, stop: threading.Event
) -> None:
    """Bring back whatever dies, and say so, until told to stop."""
    while not stop.wait(0.5):
        if database is not None:
            try:
                if database.revive():
                    say("! cơ sở dữ liệu đã dừng bất ngờ; đã khởi động lại")
            except EmbeddedError as error:
                say(f"! {error}; thử lại")
        for child in children:
            watch(child)
