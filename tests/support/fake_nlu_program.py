"""A program that is started and ended as `nlu.server` is, in a fraction of its time.

A model named `bad…` makes it end with 1, `slow…` never answers.
"""

import argparse
import asyncio
import os
import signal
import sys

from aiohttp import web


async def serve(options: argparse.Namespace) -> None:
    async def health(_request: web.Request) -> web.Response:
        return web.json_response({"status": "ok", "model": options.model, "pid": os.getpid()})

    async def parse(request: web.Request) -> web.Response:
        await asyncio.sleep(0.005)
        answer = {
            "intent": {"name": "greet", "confidence": 0.9},
            "entities": [],
            "text": (await request.json())["text"],
        }
        return web.json_response(answer, headers={"X-Model": options.model})

    app = web.Application()
    app.router.add_get("/health", health)
    app.router.add_post("/model/parse", parse)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=3)
    await runner.setup()
    await web.TCPSite(runner, options.host, options.port, reuse_port=True).start()
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()
    await runner.cleanup()


async def never() -> None:
    await asyncio.Event().wait()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--parent-pid", type=int)
    parser.add_argument("--shared-port", action="store_true")
    options = parser.parse_args()
    if options.model.rpartition("/")[2].startswith("bad"):
        return 1
    slow = options.model.rpartition("/")[2].startswith("slow")
    asyncio.run(never() if slow else serve(options))
    return 0


if __name__ == "__main__":
    sys.exit(main())
