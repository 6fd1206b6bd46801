"""The longer fault run: `python -m tests.chaos [--conversations 500] [--seed N] [--standby]`.

Needs nothing installed; `--standby` uses PostgreSQL's own replication and promotes the standby
in the middle. Exit code 1 when anything was lost, doubled without a cause, or left behind.
"""

import argparse
import asyncio
import functools
import random
import sys
import tempfile
from pathlib import Path

from store.crypto import Keyring
from store.embedded import EmbeddedPostgres
from tests.chaos.run import Outcome, Plan, run
from tests.chaos.table import table
from tests.support.cluster import restart_database
from tests.support.schema import create_schema
from tests.support.standby import Pair


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--conversations", type=int, default=500, help="of twenty messages each")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--senders", type=int, default=2)
    parser.add_argument("--standby", action="store_true", help="promote a standby in the middle")
    return parser.parse_args()


async def on_one_server(plan: Plan, folder: Path) -> Outcome:
    data = folder / "postgres"
    server = EmbeddedPostgres(data, owner=True)
    try:
        create_schema(server.url)
        restart = functools.partial(restart_database, server, data)
        return await run(folder / "logs", server.url, Keyring.generate(), plan, restart)
    finally:
        server.stop()


async def on_a_pair(plan: Plan, folder: Path) -> Outcome:
    with Pair(folder / "pair") as pair:
        create_schema(pair.url)
        outcome = await run(
            folder / "logs", pair.url, Keyring.generate(), plan, lambda _: pair.fail_over()
        )
        outcome.storm.did["standby promoted"] = outcome.storm.did.pop("database restarted")
        return outcome


def main() -> int:
    given = options()
    restarts = 1 if given.standby else 3
    plan = Plan(given.conversations, given.seed, given.workers, given.senders, restarts=restarts)
    on = on_a_pair if given.standby else on_one_server
    say(f"seed {plan.seed}: {plan.messages} messages of {plan.conversations} conversations")
    with tempfile.TemporaryDirectory(prefix="lachan-chaos-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        outcome = asyncio.run(on(plan, folder))
        say(table(outcome))
    return 0 if outcome.good else 1


if __name__ == "__main__":
    raise SystemExit(main())
