"""What can go wrong in `reports`, one small class each."""

from datetime import datetime

from reports.labels import labels


class ReportsError(Exception):
    """Base of every error of this package."""


class NoSuchReport(ReportsError):
    """No report has this id."""


class WrongReceipt(ReportsError):
    """No report has this receipt; `tries_left` more may be tried in this hour."""

    def __init__(self, tries_left: int) -> None:
        super().__init__(f"wrong receipt, {tries_left} tries left")
        self.tries_left = tries_left


class TooManyReceipts(ReportsError):
    """Too many wrong receipts in this hour; `until` is when the next may be tried."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"too many wrong receipts until {until:%H:%M}")
        self.until = until


class NoSuchQuestion(ReportsError):
    """The question is not of this report, or was answered already."""


class ReportClosed(ReportsError):
    """A closed report takes no questions, answers or additions."""


class TransitionRefused(ReportsError):
    """This status may not follow the one the report has."""


class ReasonMissing(ReportsError):
    """Closing, reopening and forwarding without consent need a written reason."""


class DispositionMissing(ReportsError):
    """Closing needs a disposition."""


class ConsentMissing(ReportsError):
    """The reporter did not agree to forwarding, and no danger to life was claimed."""


class SenderUnknown(ReportsError):
    """No mark of the report's sender is kept (any more), so they cannot be blocked."""


class BadBlockDays(ReportsError):
    """A block lasts from 1 to `blocks.MOST_DAYS` days."""


class NoSuchBlock(ReportsError):
    """No block in force has this id."""


class BadAccount(ReportsError):
    """An account that cannot be made; its text tells the operator why, in Vietnamese."""

    label = ""

    def __str__(self) -> str:
        return labels()["errors"][self.label]


class BadUsername(BadAccount):
    """Not 3 to 32 of: letters a to z, digits, dot, hyphen, underscore."""

    label = "bad_username"


class UsernameTaken(BadAccount):
    """An account with this name exists."""

    label = "username_taken"


class WeakPassword(BadAccount):
    """A password of less than 12 or more than 256 characters, or the user name itself."""

    label = "weak_password"


class SignInFailed(ReportsError):
    """Unknown user, wrong password or inactive account: never said which."""


class AccountLocked(ReportsError):
    """Too many wrong passwords; `until` is when the next may be tried."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"locked until {until:%H:%M}")
        self.until = until
