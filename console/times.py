"""Times as officers read them: Việt Nam's clock, `dd/mm/yyyy HH:MM`."""

from datetime import UTC, datetime

from reports.models import LOCAL


def shown(moment: datetime) -> str:
    return moment.astimezone(LOCAL).strftime("%d/%m/%Y %H:%M")


def machine(moment: datetime) -> str:
    """For `<time datetime>`."""
    return moment.astimezone(LOCAL).isoformat(timespec="minutes")


def midnight(now: datetime) -> datetime:
    """When today began in Việt Nam, in UTC."""
    start = now.astimezone(LOCAL).replace(hour=0, minute=0, second=0, microsecond=0)
    return start.astimezone(UTC)
