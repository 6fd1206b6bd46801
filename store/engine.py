"""The one database engine of a process."""

from urllib.parse import urlsplit

from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

Sessions = async_sessionmaker[AsyncSession]
DEFAULT_PORT = 5432


def driver_url(database_url: str) -> str:
    """`database_url` with the psycopg 3 driver named, whatever the operator wrote.

    Several hosts (`postgresql://user@one:5432,two:5433/lachan?target_session_attrs=read-write`)
    are tried in turn, as libpq does. Raises ValueError.
    """
    for prefix in ("postgresql+psycopg://", "postgresql://", "postgres://"):
        if database_url.startswith(prefix):
            return _one_address("postgresql+psycopg://" + database_url.removeprefix(prefix))
    raise ValueError("DATABASE_URL must begin with postgresql://")


def _one_address(url: str) -> str:
    """SQLAlchemy reads one host before the path only; several are told by the query."""
    scheme, netloc, path, query, _ = urlsplit(url)
    account, at, places = netloc.rpartition("@")
    if "," not in places:
        return url
    found = [urlsplit(f"//{place}") for place in places.split(",")]
    hosts = ",".join(place.hostname or "" for place in found)
    ports = ",".join(str(place.port or DEFAULT_PORT) for place in found)
    more = f"&{query}" if query else ""
    return f"{scheme}://{account}{at}{path}?host={hosts}&port={ports}{more}"


def make_engine(database_url: str, pool_size: int = 10, pre_ping: bool = False) -> AsyncEngine:
    """An engine that waits 5 s at most for a connection, and notices a dead server.

    `pre_ping` asks before each use whether the server is still there (one round trip).
    """
    return create_async_engine(
        driver_url(database_url),
        pool_size=pool_size,
        max_overflow=0,
        pool_pre_ping=pre_ping,
        pool_timeout=5,
        pool_recycle=1800,
        connect_args={
            "connect_timeout": 3,
            "options": "-c statement_timeout=15000",
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 20000,
        },
    )


def make_sessions(engine: AsyncEngine) -> Sessions:
    return async_sessionmaker(engine, expire_on_commit=False)
