"""What a supervisor is told by signals: to stop, or to load the model again."""

import signal
import sys
import threading

RELOAD = signal.SIGUSR1


def heed() -> tuple[threading.Event, threading.Event]:
    """Events for "stop" and for "reload", set by signals from now on.

    SIGHUP means reload for a service. With a terminal it means that the window was closed:
    stop. Under nohup it stays ignored; `lachan nlu reload` sends SIGUSR1, which always works.
    """
    stop, reload = threading.Event(), threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    signal.signal(RELOAD, lambda *_: reload.set())
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        asked = stop if _at_a_terminal() else reload
        signal.signal(signal.SIGHUP, lambda *_: asked.set())
    return stop, reload


def _at_a_terminal() -> bool:
    return bool(sys.stdin) and not sys.stdin.closed and sys.stdin.isatty()
