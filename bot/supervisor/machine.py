"""What a start needs of the machine: a folder of its own, free ports, room on the disk."""

import fcntl
import os
import shutil
import socket
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.supervisor.faults import CannotStart
from store.settings import Settings

NEEDED_BYTES = 300 * 1024 * 1024
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}  # noqa: S104 - looked up only


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold `folder/lock`, which the kernel frees at our death, kill -9 included.

    The file tells our process id, so that `lachan nlu reload` finds us (`who_is_in`).
    Raises CannotStart when another start holds it or the folder cannot be written.
    """
    lock = _open_lock(folder)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _sign(lock)
        yield
    except BlockingIOError:
        raise CannotStart(
            f"Lá Chắn đang chạy với thư mục dữ liệu {folder}. Dừng bản đang chạy (Ctrl-C ở cửa sổ "
            "của nó) rồi chạy lại, hoặc chọn thư mục khác bằng biến LACHAN_DATA_DIR."
        ) from None
    finally:
        os.close(lock)


def _sign(lock: int) -> None:
    with suppress(OSError):  # a full disk has its own sentence
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)


def who_is_in(folder: Path) -> int | None:
    """The process that holds `folder/lock`; None: nobody."""
    try:
        with (folder / "lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        told = (folder / "lock").read_text()
        return int(told) if told.isdigit() else None
    except OSError:
        return None
    return None


def _open_lock(folder: Path) -> int:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise CannotStart(
            f"Không ghi được vào thư mục dữ liệu {folder} ({error.strerror}). Sửa quyền của thư "
            "mục, hoặc chọn thư mục khác bằng biến LACHAN_DATA_DIR."
        ) from error


def check_machine(settings: Settings, nlu: Sequence[tuple[str, int]]) -> None:
    """Ports free (`nlu`: hosts and ports of the NLU) and room on the disk; raises CannotStart."""
    check_ports(
        [
            ("LACHAN_PORT", settings.bind, settings.port),
            ("LACHAN_CONSOLE_PORT", settings.console_bind, settings.console_port),
            ("LACHAN_OPS_PORT", settings.ops_bind, settings.ops_port),
            *(("LACHAN_NLU_URL", host, port) for host, port in nlu),
        ]
    )
    if shutil.disk_usage(settings.data_dir).free < NEEDED_BYTES:
        raise CannotStart(
            f"Ổ đĩa chứa {settings.data_dir} còn dưới 300 MB. Giải phóng thêm chỗ rồi chạy lại."
        )


def check_ports(wanted: Iterable[tuple[str, str, int]]) -> None:
    """`wanted`: the variable that chooses it, host, port; raises CannotStart for a taken one."""
    for name, host, port in wanted:
        if not port_free(host, port):
            raise CannotStart(
                f"Cổng {port} đang có chương trình khác dùng. Dừng chương trình đó, "
                f"hoặc chọn cổng khác bằng biến {name}."
            )


def port_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def site_of(host: str, port: int) -> str:
    """Where a process that listens on `host` answers this machine itself."""
    reached = EVERYWHERE.get(host, host)
    return f"http://[{reached}]:{port}" if ":" in reached else f"http://{reached}:{port}"
