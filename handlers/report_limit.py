"""Whoever opens the form again and again, or sends report after report, is asked to stop for today.

Forms that are begun are counted in the conversation's memory alone: before the consent nothing of
it may stand in any table. Reports that were sent are counted in the database.
"""

from handlers.calls import local_day
from handlers.turn import Turn
from reports.service import Reports

# Shared with the limits of `bot.abuse`; it outlives what else a conversation forgets.
LIMITS = "limits"


async def may_begin(turn: Turn, reports: Reports) -> bool:
    """Whether one more form may be begun today; counts it."""
    kept, day = turn.state.memory.setdefault(LIMITS, {}), local_day(turn.now).isoformat()
    last, count = kept.get("forms", ("", 0))
    begun = count if last == day else 0
    if begun >= reports.allowance.forms:
        return False
    kept["forms"] = [day, begun + 1]
    return await reports.sent_today(turn.conversation, turn.now) < reports.allowance.reports
