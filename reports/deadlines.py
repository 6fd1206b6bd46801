"""How soon an officer should look, and when a report should be dealt with.

The first are goals of this service (`facts/domain.md` §3, triage levels). The second follows
the 20 days of Điều 147 BLTTHS as a goal: the legal clock itself starts when the police
receive the report, not here.
"""

from datetime import datetime, timedelta

from reports.terms import Priority

FIRST_LOOK = {
    Priority.P0: timedelta(hours=1),
    Priority.P1: timedelta(hours=4),
    Priority.P2: timedelta(days=2),
    Priority.P3: timedelta(days=5),
}
HANDLING = timedelta(days=20)


def first_look_due(priority: Priority, received: datetime) -> datetime:
    return received + FIRST_LOOK[priority]


def handling_due(acknowledged: datetime) -> datetime:
    return acknowledged + HANDLING
