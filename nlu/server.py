"""Serve a trained model on a private address: `POST /model/parse` and `GET /health`, no more.

    python -m nlu.server --model nlu/models/nlu-….tar.gz --port 5005

The environment variable LACHAN_NLU_TOKEN, when set, has to come with every parse request
(`Authorization: Bearer …` or `?token=…`); an address other machines can reach requires it.
No text of a message is ever logged.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import ipaddress
import logging
import os
import re
import signal
import sys
import time
import warnings
from pathlib import Path

_BEGUN = time.monotonic()
warnings.filterwarnings("ignore")
os.environ["RASA_TELEMETRY_ENABLED"] = "false"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# One batch is small: more than one thread per matrix product only costs.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

log = logging.getLogger("lachan.nlu")


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    """The command line, parsed."""
    parser = argparse.ArgumentParser(prog="nlu.server", description=__doc__.split("\n")[0])
    parser.add_argument("--model", type=Path, required=True, help="a trained model archive")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=5005)
    parser.add_argument("--timeout", type=float, default=2.0, help="seconds a request may wait")
    parser.add_argument(
        "--shared-port",
        action="store_true",
        help="let a successor listen on the same port before this process ends (SO_REUSEPORT)",
    )
    parser.add_argument("--parent-pid", type=int, help="stop when this process is gone")
    parser.add_argument(
        "--any-corpus", action="store_true", help="allow a model with other intents than ours"
    )
    return parser.parse_args(given)


def fingerprint_of(model: Path) -> str:
    """The fingerprint in a model's file name, or the name itself."""
    found = re.fullmatch(r"nlu-([0-9a-f]{16})\.tar\.gz", model.name)
    return found.group(1) if found else model.name


def is_private(host: str) -> bool:
    """True when only this machine can reach `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def quiet_logs() -> None:
    """Our own lines and other libraries' errors; fixed, whatever the environment asks for.

    Rasa's and asyncio's lines can quote what they work on, so they are not shown at all.
    """
    logging.basicConfig(level=logging.ERROR, format="%(asctime)s %(name)s %(message)s", force=True)
    log.setLevel(logging.INFO)
    for name in ("rasa", "asyncio", "aiohttp", "dask"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
        logging.getLogger(name).propagate = False


async def _serve(options: argparse.Namespace, token: str | None) -> None:
    from aiohttp import web

    from nlu.serving import canary
    from nlu.serving.app import build
    from nlu.serving.batcher import Batcher
    from nlu.serving.graph import Understanding

    model = Understanding(options.model)
    canary.check(model.parse, any_corpus=options.any_corpus)
    # What was loaded stays: a collection that walks it again would hold every answer up.
    gc.collect()
    gc.freeze()
    app = build(Batcher(model.parse), fingerprint_of(options.model), token, options.timeout)
    runner = web.ServerRunner(app, handle_signals=False, shutdown_timeout=3)
    await runner.setup()
    shared = options.shared_port or None
    site = web.TCPSite(runner, options.host, options.port, reuse_port=shared)
    await site.start()
    log.info("ready on %s:%d after %.1f s", options.host, options.port, time.monotonic() - _BEGUN)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sent in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sent, stop.set)
    if options.parent_pid:
        loop.create_task(_watch(options.parent_pid, stop))
    await stop.wait()
    await runner.cleanup()
    log.info("stopped")


async def _watch(parent: int, stop: asyncio.Event) -> None:
    while _alive(parent):
        await asyncio.sleep(1)
    log.info("the parent process is gone")
    stop.set()


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def main(given: list[str] | None = None) -> int:
    """Run until told to stop. 0: stopped; 1: cannot serve, with a sentence on stderr."""
    options = arguments(given)
    quiet_logs()
    token = os.environ.get("LACHAN_NLU_TOKEN") or None
    if not is_private(options.host) and not token:
        print(f"Refusing to listen on {options.host} without LACHAN_NLU_TOKEN.", file=sys.stderr)
        return 1
    from nlu.serving.graph import ModelError

    try:
        import uvloop

        uvloop.install()
    except ImportError:
        log.info("uvloop is not installed; serving with the standard event loop")
    try:
        asyncio.run(_serve(options, token))
    except ModelError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"Cannot listen on {options.host}:{options.port}: {error.strerror}.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
