"""Structured logs that cannot hold a message, a token or a key: only known fields pass."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

ALLOWED = frozenset(
    (
        "event level timestamp logger process error reason status path method channel inbox_id "
        "report_id officer_id count seconds port address version signal returncode name fault "
        "setting intent priority rule rows roles messages"
    ).split()
)
MAX_CHARS = 200


def only_known_fields(
    _logger: Any, _method: str, entry: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Drop every field that is not on the list, and cut what is too long to be a word."""
    kept: dict[str, Any] = {}
    for key, value in entry.items():
        if key in ALLOWED:
            kept[key] = value if isinstance(value, (int, float, bool)) else str(value)[:MAX_CHARS]
    return kept


class _Foreign(logging.Handler):
    """Library logs: their logger and level only, because their words may hold anything."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        structlog.get_logger("library").warning(
            "library_log", name=record.name, reason=record.levelname, error=error
        )


def configure(level: str) -> None:
    """JSON lines on standard error for this process."""
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_known_fields,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(handlers=[_Foreign()], level=logging.WARNING, force=True)
