"""One of several processes that find the access token dead at the same moment.

`python -m tests.support.zalo_racer STALE`: prints `ready`, waits for a line, renews, and prints
what it got (`token <digest>` or `none <state>`). Settings come from the environment.
"""

import asyncio
import hashlib
import sys
from datetime import UTC, datetime

from bot.channels.zalo_client import ZaloClient
from bot.channels.zalo_pair import NoToken
from bot.channels.zalo_tokens import ZaloTokens
from bot.product import keyring_of
from store.engine import make_engine, make_sessions
from store.settings import Settings
from store.types import use_keyring


def tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def race(stale: str) -> str:
    settings = Settings(_env_file=None)
    use_keyring(keyring_of(settings))
    assert settings.database_url is not None
    engine = make_engine(settings.database_url.get_secret_value(), pool_size=2)
    client = ZaloClient(settings)
    tokens = ZaloTokens(make_sessions(engine), client, lambda: datetime.now(UTC))
    await tokens.kept()
    tell("ready")
    await asyncio.to_thread(sys.stdin.readline)
    try:
        access = await tokens.renew(stale)
        return f"token {hashlib.sha256(access.encode()).hexdigest()}"
    except NoToken as error:
        return f"none {error.state}"
    finally:
        await client.close()
        await engine.dispose()


if __name__ == "__main__":
    tell(asyncio.run(race(sys.argv[1])))
