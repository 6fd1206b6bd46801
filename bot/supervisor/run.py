"""The order of a start: folder, ports, database, schema, model, processes, addresses."""

import asyncio
import sys
import threading
from collections.abc import Sequence

from sqlalchemy.exc import SQLAlchemyError

from bot.product import keyring_of
from bot.supervisor.children import Child, stop_all, watch
from bot.supervisor.faults import CannotStart, Stopped
from bot.supervisor.machine import alone_in, check_machine, site_of
from bot.supervisor.nlu_children import nlu_children, places_here
from bot.supervisor.nlu_setup import model_path, train
from bot.supervisor.progress import say, step
from bot.supervisor.readiness import wait_until_ready
from bot.supervisor.reload import Reloader
from bot.supervisor.signals import heed
from reports.officers import any_officer
from store.crypto import KeyringError
from store.embedded import EmbeddedError, EmbeddedPostgres, folders_to_open
from store.engine import make_engine, make_sessions
from store.migrate import upgrade
from store.settings import ROOT, Settings


def run(settings: Settings) -> int:
    """Start everything and stay until a signal; the exit code."""
    stop, reload = heed()
    try:
        with alone_in(settings.data_dir):
            check_machine(settings, places_here(settings))
            live(settings, stop, reload)
    except CannotStart as fault:
        say(f"✗ {fault}")
        return 1
    say("✓ đã dừng hết")
    return 0


def live(settings: Settings, stop: threading.Event, reload: threading.Event) -> None:
    """Everything, from the database to the last process; raises CannotStart."""
    database, url = open_database(settings)
    children: list[Child] = []
    reloader: Reloader | None = None
    try:
        model = trained(stop) if places_here(settings) else ""
        children = commands(settings, url, model)
        reloader = Reloader(children, settings.data_dir, reload)
        for child in children:
            child.start()
        wait_until_ready(settings, children, stop)
        greet(settings, url)
        supervise(children, database, stop, reloader)
    except Stopped:
        pass
    finally:
        say("… đang dừng")
        if reloader is not None:
            reloader.close()
        stop_all(children)
        if database is not None:
            database.stop()


def open_database(settings: Settings) -> tuple[EmbeddedPostgres | None, str]:
    """The embedded server or the operator's, with the newest schema; raises CannotStart."""
    embedded = None
    try:
        keyring_of(settings)
        if settings.database_url is None:
            embedded = open_embedded(settings)
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


def open_embedded(settings: Settings) -> EmbeddedPostgres:
    """The embedded server, ours to end; says first whose folders it opens for that."""
    folder = settings.data_dir / "postgres"
    opened = folders_to_open(folder)
    if opened:
        say(
            "! Đang chạy bằng root: PostgreSQL cần tài khoản riêng, nên mọi người trên máy sẽ xem "
            f"được danh sách tệp trong {', '.join(map(str, opened))}. Muốn tránh, chạy bằng một "
            "tài khoản thường."
        )
    with step("cơ sở dữ liệu"):
        return EmbeddedPostgres(folder, owner=True)


def trained(stop: threading.Event) -> str:
    """The model of today's data, trained if it is missing; raises CannotStart or Stopped."""
    model = model_path()
    if not model.exists():
        with step("huấn luyện mô hình hiểu tiếng Việt"):
            train(stop)
    return str(model)


def commands(settings: Settings, url: str, model: str) -> list[Child]:
    """NLU, chat and console, not started yet."""
    ours = {"DATABASE_URL": url, "PYTHONPATH": str(ROOT)}
    return [
        *nlu_children(settings, model, places_here(settings)),
        Child(
            "chat", [sys.executable, "-m", "bot.cli", "run", "--only", "web,worker,sender"], ours
        ),
        Child("console", [sys.executable, "-m", "console"], ours),
    ]


def greet(settings: Settings, url: str) -> None:
    say("")
    say(f"  Chat cho người dân:   {shown(settings.bind, settings.port)}")
    say(f"  Console cho cán bộ:   {shown(settings.console_bind, settings.console_port)}")
    say("  Dừng lại:             Ctrl-C")
    if not asyncio.run(_has_officer(url)):
        say("")
        say("  Chưa có tài khoản cán bộ. Mở một cửa sổ lệnh khác và chạy:")
        say("    .venv/bin/lachan officer add TEN_DANG_NHAP")
    say("")


def shown(host: str, port: int) -> str:
    """The address for people: `localhost` where this machine answers for itself."""
    site = site_of(host, port)
    return site.replace("127.0.0.1", "localhost").replace("[::1]", "localhost")


async def _has_officer(url: str) -> bool:
    engine = make_engine(url, pool_size=1)
    try:
        async with make_sessions(engine)() as session:
            return await any_officer(session)
    finally:
        await engine.dispose()


def supervise(
    children: Sequence[Child],
    database: EmbeddedPostgres | None,
    stop: threading.Event,
    reloader: Reloader,
) -> None:
    """Bring back whatever dies, and say so, until told to stop; reload the model when asked."""
    while not stop.wait(0.5):
        if database is not None:
            try:
                if database.revive():
                    say("! cơ sở dữ liệu đã dừng bất ngờ; đã khởi động lại")
            except EmbeddedError as error:
                say(f"! {error}; thử lại")
        for child in children:
            watch(child)
        reloader.step()
