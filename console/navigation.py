"""The menu: an entry shows when its permission is held, so later pages only add a line."""

from dataclasses import dataclass

from console.access import Permission, may
from reports.models import Officer


@dataclass(frozen=True)
class Entry:
    """A route's name; its title stands in `words.yml` under `nav`."""

    route: str
    needs: Permission


ENTRIES = (
    Entry("front", Permission.enter),
    Entry("queue", Permission.read),
    Entry("blocks", Permission.block),
    Entry("journal", Permission.enter),
)


def menu(officer: Officer) -> list[Entry]:
    return [entry for entry in ENTRIES if may(officer, entry.needs)]
