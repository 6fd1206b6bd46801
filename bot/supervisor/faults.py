"""Why a start does not go on."""


class CannotStart(Exception):
    """A start that failed, with a sentence that says what to do."""


class Stopped(Exception):
    """Somebody asked to stop while things were still starting."""
