"""`lachan run --only …`: one role of the product, over the database of DATABASE_URL.

The console is a program of its own: this process becomes it. The NLU has a supervisor for its
processes.
"""

import os
import sys

import uvloop

from bot.product import ALL_ROLES
from bot.serve import serve
from bot.supervisor.faults import CannotStart, Stopped
from bot.supervisor.nlu_only import run_nlu
from bot.supervisor.progress import say
from store.settings import ROOT, Settings

PROGRAMS = ("console", "nlu")


def run_only(settings: Settings, asked: str) -> int:
    """Run the roles named in `asked` ("web", "worker,sender", "console", "nlu"); the exit code."""
    roles = frozenset(role.strip() for role in asked.split(",") if role.strip())
    try:
        _check(settings, roles)
        if roles == {"console"}:
            _become([sys.executable, "-m", "console"], {"PYTHONPATH": str(ROOT)})
        if roles == {"nlu"}:
            run_nlu(settings)
            return 0
    except (CannotStart, Stopped, OSError) as fault:
        say(f"✗ {fault}")
        return 1
    assert settings.database_url is not None
    uvloop.run(serve(settings, settings.database_url.get_secret_value(), roles))
    return 0


def _check(settings: Settings, roles: frozenset[str]) -> None:
    known = [*sorted(ALL_ROLES), *PROGRAMS]
    unknown = sorted(roles - set(known))
    if unknown or not roles:
        raise CannotStart(f"Không có phần nào tên {', '.join(unknown)}; có: {', '.join(known)}.")
    if len(roles) > 1 and roles & set(PROGRAMS):
        raise CannotStart("console và nlu phải chạy riêng: mỗi phần một lệnh.")
    if roles != {"nlu"} and settings.database_url is None:
        raise CannotStart(
            "Cần DATABASE_URL (một cơ sở dữ liệu chung cho mọi phần); hoặc `lachan run` để chạy "
            "tất cả trên máy này."
        )
    if roles != {"nlu"} and settings.keyring is None and not settings.keyring_path.exists():
        raise CannotStart(
            "Cần cùng một bộ khóa ở mọi phần: đặt LACHAN_KEYRING hoặc LACHAN_KEYRING_FILE. Tạo "
            "mới bằng `lachan keyring new`, chỉ một lần."
        )


def _become(command: list[str], environment: dict[str, str]) -> None:
    os.execve(command[0], command, {**os.environ, **environment})  # noqa: S606 - our own programs
