"""What can go wrong in `reports`, one small class each."""

from datetime import datetime


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


class UsernameTaken(ReportsError):
    """An account with this name exists."""


class WeakPassword(ReportsError):
    """A password shorter than `officers.MIN_PASSWORD`, or the user name itself."""


class SignInFailed(ReportsError):
    """Unknown user, wrong password or inactive account: never said which."""


class AccountLocked(ReportsError):
    """Too many wrong passwords; `until` is when the next may be tried."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"locked until {until:%H:%M}")
        self.until = until
