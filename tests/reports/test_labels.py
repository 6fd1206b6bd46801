"""Every value that officers and reporters see has a Vietnamese label."""

from enum import StrEnum

import pytest

from reports import terms
from reports.labels import labels

GROUPS: dict[str, type[StrEnum]] = {
    "kind": terms.Kind,
    "status": terms.Status,
    "disposition": terms.Disposition,
    "priority": terms.Priority,
    "tier": terms.Tier,
    "consent_level": terms.ConsentLevel,
    "when": terms.When,
    "indicator": terms.IndicatorKind,
    "message": terms.MessageKind,
    "role": terms.Role,
    "audit_action": terms.AuditAction,
    "block_reason": terms.BlockReason,
}


@pytest.mark.parametrize("group", GROUPS)
def test_every_value_has_a_label(group: str) -> None:
    assert set(labels()[group]) == {value.value for value in GROUPS[group]}
    assert all(labels()[group].values())
