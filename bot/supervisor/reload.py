"""A new model without a lost message: train if the data changed, then process after process.

A new process starts beside the one it follows, on the same port, and listens only once it has
read its canaries. Then the old one takes no more connections, answers what it holds and ends.
All of it happens in small steps of the supervisor's own loop: the kernel ends a child together
with the thread that started it, so no other thread may start one.
"""

import signal
import subprocess
import threading
import time
from collections.abc import Callable, Generator, Sequence
from pathlib import Path

from bot.supervisor.children import STOP_SECONDS, Child, stop_all
from bot.supervisor.faults import CannotStart
from bot.supervisor.nlu_children import NluChild
from bot.supervisor.nlu_setup import model_path, training
from bot.supervisor.progress import say

START_SECONDS = 60.0
OUTCOME = "reload"
# Of `lachan run --only nlu`: a whole `lachan run` may use the data folder itself.
FOLDER = "nlu"
Steps = Generator[None, None, None]


class Reloader:
    """Does a reload when `asked`, a bit at each `step`; its last line is left in `folder`."""

    def __init__(
        self,
        children: Sequence[Child],
        folder: Path,
        asked: threading.Event,
        model: Callable[[], Path] = model_path,
        train: Callable[[], Steps] = training,
    ) -> None:
        self._children = [child for child in children if isinstance(child, NluChild)]
        self._outcome = folder / OUTCOME
        self._asked, self._model, self._train = asked, model, train
        self._work: Steps | None = None

    def step(self) -> None:
        """Go on with what was begun, or begin what was asked."""
        if self._work is None and self._asked.is_set():
            self._asked.clear()
            self._work = self._reload()
        if self._work is not None and next(self._work, self) is self:
            self._work = None

    def close(self) -> None:
        """Leave a reload where it stands; ends what it had started and not yet handed over."""
        if self._work is not None:
            self._work.close()
            self._work = None

    def _reload(self) -> Steps:
        say("… nạp lại NLU")
        done = 0
        try:
            model = self._model()
            if not model.exists():
                yield from self._train()
            for child in self._children:
                yield from replaced(child, str(model))
                done += 1
        except (CannotStart, OSError, subprocess.SubprocessError) as fault:
            self._tell(f"✗ {fault} Đã thay {done}/{len(self._children)}; còn lại giữ mô hình cũ.")
        else:
            self._tell(f"✓ đã thay {done} tiến trình NLU ({model.name})")

    def _tell(self, line: str) -> None:
        say(line)
        try:
            self._outcome.write_text(line, encoding="utf-8")
        except OSError as error:
            say(f"! không ghi được {self._outcome} ({error.strerror})")


def replaced(child: NluChild, model: str) -> Steps:
    """Put a process with `model` in the place of the child's; raises CannotStart, changing nothing.

    Closed half-way it ends the one that is not in charge.
    """
    successor = child.successor(model)
    spare: Child = successor
    successor.start()
    try:
        deadline = time.monotonic() + START_SECONDS
        while not successor.answers():
            if successor.ended() is not None or time.monotonic() > deadline:
                raise CannotStart(
                    f"{child.name} không khởi động được với mô hình {Path(model).name}; xem dòng "
                    "lỗi phía trên."
                )
            yield
        spare = child.give_way(successor)
        say(f"✓ {child.name} đã có tiến trình mới")
        yield from _ended(spare)
    finally:
        stop_all([spare])


def _ended(old: Child) -> Steps:
    old.signal(signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while old.process is not None and old.ended() is None:
        if time.monotonic() > deadline:
            old.signal(signal.SIGKILL)
        yield
