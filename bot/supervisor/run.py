"""The order of a start: folder, ports, database, schema, model, processes, addresses."""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from sqlalchemy.exc import SQLAlchemyError

from bot.product import keyring_of
from bot.supervisor.children import Child, stop_all, watch
from bot.supervisor.faults import CannotStart, Stopped
from bot.supervisor.machine import alone_in, check_machine, nlu_port, site_of
from bot.supervisor.nlu_setup import ENVIRONMENT, PYTHON, model_path, train
from bot.supervisor.progress import say, step
from bot.supervisor.readiness import wait_until_ready
from reports.officers import any_officer
from store.crypto import KeyringError
from store.embedded import EmbeddedError, EmbeddedPostgres, folders_to_open
from store.engine import make_engine, make_sessions
from store.migrate import upgrade
from store.settings import ROOT, Settings


def run(settings: Settings) -> int:
    """Start everything and stay until a signal; the exit code."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        with alone_in(settings.data_dir):
            check_machine(settings)
            live(settings, stop)
    except CannotStart as fault:
        say(f"✗ {fault}")
        return 1
    say("✓ đã dừng hết")
    return 0


def live(settings: Settings, stop: threading.Event) -> None:
    """Everything, from the database to the last restart; raises CannotStart."""
    with ExitStack() as ending:
        ending.callback(say, "… đang dừng")
        try:
            database, url = ending.enter_context(open_database(settings))
            children = ending.enter_context(running(commands(settings, url, model(stop)), stop))
            wait_until_ready(settings, children, stop)
            greet(settings, url)
            supervise(children, database, stop)
        except Stopped:
            pass
