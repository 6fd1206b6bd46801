"""Who may do what: every route names one permission, every role holds a set of them."""

from enum import StrEnum

from reports.models import Officer
from reports.terms import Role


class Permission(StrEnum):
    """What a route can ask for."""

    enter = "enter"
    read = "read"
    reveal = "reveal"
    decide = "decide"
    ask = "ask"
    block = "block"
    all_journals = "all_journals"


_CASEWORK = frozenset(
    (
        Permission.enter,
        Permission.read,
        Permission.reveal,
        Permission.decide,
        Permission.ask,
        Permission.block,
    )
)
HELD = {
    Role.officer: _CASEWORK,
    Role.commander: _CASEWORK,
    Role.editor: frozenset((Permission.enter,)),
    Role.admin: frozenset(Permission),
}


def may(officer: Officer, permission: Permission) -> bool:
    return permission in HELD[officer.role]
