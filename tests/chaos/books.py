"""The database after a run: what stands in it, and what must not."""

import asyncio
from dataclasses import dataclass

import psycopg

# Finished later than a message that stood behind it in the same conversation.
_DISORDER = """
    SELECT count(*) FROM (
        SELECT finished_at, max(finished_at) OVER (
            PARTITION BY conversation ORDER BY position
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS before
        FROM inbox
    ) AS rows WHERE finished_at < before
"""
_LEFT = """
    SELECT (SELECT count(*) FROM inbox WHERE payload IS NOT NULL OR address IS NOT NULL)
        + (SELECT count(*) FROM outbox WHERE payload IS NOT NULL OR address IS NOT NULL)
"""
_OPEN = """
    SELECT (SELECT count(*) FROM inbox WHERE state = 0)
        + (SELECT count(*) FROM outbox WHERE state < 2)
"""


@dataclass(frozen=True)
class Books:
    """Counts of rows; `left`: rows that still hold a text or an address."""

    inbox: dict[int, int]
    outbox: dict[int, int]
    retried_turns: int
    disorder: int
    left: int
    reports: int


async def still_open(url: str) -> int:
    """Messages without an answer and replies that are not out; -1: the database is away."""
    try:
        return int(await asyncio.to_thread(_number, url, _OPEN))
    except psycopg.Error:
        return -1


async def read_books(url: str) -> Books:
    return await asyncio.to_thread(_read, url)


def _number(url: str, query: str) -> int:
    with psycopg.connect(url, connect_timeout=3) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return int(row[0])


def _read(url: str) -> Books:
    with psycopg.connect(url) as connection:
        inbox = connection.execute("SELECT state, count(*) FROM inbox GROUP BY 1").fetchall()
        outbox = connection.execute("SELECT state, count(*) FROM outbox GROUP BY 1").fetchall()
    return Books(
        inbox=dict(inbox),
        outbox=dict(outbox),
        retried_turns=_number(url, "SELECT coalesce(sum(attempts), 0) FROM inbox"),
        disorder=_number(url, _DISORDER),
        left=_number(url, _LEFT),
        reports=_number(url, "SELECT count(*) FROM reports"),
    )
