"""Each process of a machine gets ports of its own."""

import subprocess

import pytest

from deploy.compose_check import ROOT

ROLE = ROOT / "deploy" / "systemd" / "role"


def ports(instance: str, command: str) -> str:
    return subprocess.run(
        [str(ROLE), instance],
        check=True,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "LACHAN_COMMAND": command},
    ).stdout.strip()


def test_no_two_processes_share_a_port(tmp_path_factory: pytest.TempPathFactory) -> None:
    shown = tmp_path_factory.mktemp("role") / "show"
    shown.write_text('#!/bin/sh\necho "$LACHAN_PORT $LACHAN_OPS_PORT $*"\n')
    shown.chmod(0o755)
    said = {
        f"{role}-{number}": ports(f"{role}-{number}", str(shown))
        for role in ("web", "worker", "sender", "console")
        for number in (1, 2, 9)
    }
    assert said["worker-2"] == "8102 9122 run --only worker"
    assert len({line.split()[1] for line in said.values()}) == len(said)


@pytest.mark.parametrize("instance", ["web", "web-0", "web-10", "nlu-1", "", "-1"])
def test_an_instance_that_is_none_is_refused(instance: str) -> None:
    ended = subprocess.run([str(ROLE), instance], check=False, capture_output=True)
    assert ended.returncode == 2
