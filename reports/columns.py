"""Column helpers of this package."""

from enum import StrEnum

from sqlalchemy import Enum


def choice(kind: type[StrEnum], name: str) -> Enum:
    """A text column that takes the values of `kind` only (a check, so adding one is cheap)."""
    return Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=24,
        values_callable=lambda members: [member.value for member in members],
    )
