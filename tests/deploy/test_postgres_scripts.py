"""What the database services decide when they start, with the programs themselves played.

That the real PostgreSQL 18 copies, follows and is promoted was tried by hand (docs/operator.md).
"""

import os
import subprocess
from pathlib import Path

import pytest

from deploy.compose_check import ROOT

SERVER = ROOT / "deploy" / "postgres" / "server.sh"
TOLD = 'echo "$(basename "$0") $*" >> "$TOLD"\n'
PROGRAMS = {
    "id": "echo 999\n",
    "psql": TOLD,
    "docker-entrypoint.sh": TOLD,
    "postgres": TOLD,
    "sleep": TOLD,
    # Fails as often as there are lines in `fails`, and leaves half a copy behind.
    "pg_basebackup": TOLD
    + 'folder="${1#--pgdata=}"; mkdir "$folder" || exit 9; touch "$folder/half"\n'
    + 'if [ -s "$FAILS" ]; then sed -i 1d "$FAILS"; exit 1; fi\n'
    + 'touch "$folder/PG_VERSION" "$folder/standby.signal"\n',
}


class Machine:
    """A folder of played programs, the data folder, and what was called."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "18" / "docker"
        self.data.parent.mkdir(parents=True)
        self.told, self.fails = folder / "told", folder / "fails"
        self.fails.write_text("")
        self.programs = folder / "programs"
        self.programs.mkdir()
        for name, body in PROGRAMS.items():
            (self.programs / name).write_text(f"#!/bin/bash\n{body}")
            (self.programs / name).chmod(0o755)

    def start(self, name: str, primary: str = "database-1", sync: str = "on") -> int:
        return subprocess.run(
            ["bash", SERVER],
            check=False,
            timeout=20,
            capture_output=True,
            env={
                "PATH": f"{self.programs}:{os.environ['PATH']}",
                "TOLD": str(self.told),
                "FAILS": str(self.fails),
                "PGDATA": str(self.data),
                "LACHAN_DB_NAME": name,
                "LACHAN_DB_PRIMARY": primary,
                "LACHAN_DB_SYNC": sync,
                "LACHAN_REPLICATION_PASSWORD": "word",
            },
        ).returncode

    @property
    def calls(self) -> list[str]:
        return self.told.read_text().splitlines()

    @property
    def programs_called(self) -> list[str]:
        return [line.split()[0] for line in self.calls if not line.startswith(" ")]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_the_primary_is_the_images_own_start(machine: Machine) -> None:
    assert machine.start("database-1") == 0
    assert machine.calls == ["docker-entrypoint.sh postgres"]


def test_without_waiting_for_a_standby_the_primary_is_told_so(machine: Machine) -> None:
    assert machine.start("database-1", sync="off") == 0
    assert machine.calls == ["docker-entrypoint.sh postgres -c synchronous_standby_names="]


def test_a_new_standby_copies_the_primary_first_and_a_known_one_does_not(machine: Machine) -> None:
    machine.data.mkdir()
    assert machine.start("database-2") == 0
    assert "host=database-1" in machine.told.read_text()
    assert (machine.data / "standby.signal").exists()
    assert machine.calls[-1] == "postgres -c synchronous_standby_names="
    machine.told.write_text("")
    assert machine.start("database-2") == 0
    assert machine.calls == ["postgres -c synchronous_standby_names="]


def test_half_a_copy_is_never_taken_for_a_whole_one(machine: Machine) -> None:
    machine.fails.write_text("1\n2\n")
    assert machine.start("database-2") == 0
    assert [name for name in machine.programs_called if name in PROGRAMS][-1] == "postgres"
    assert machine.programs_called.count("pg_basebackup") == 3
    assert machine.programs_called.count("sleep") == 2
    assert (machine.data / "PG_VERSION").exists()
    assert not machine.data.with_name("docker.copy").exists()


def test_an_old_primary_does_not_come_back_beside_the_new_one(machine: Machine) -> None:
    machine.data.mkdir()
    (machine.data / "PG_VERSION").write_text("18")
    assert machine.start("database-1", primary="database-2") == 1
    assert not machine.told.exists()


def test_a_promoted_standby_named_as_primary_starts_as_one(machine: Machine) -> None:
    machine.data.mkdir()
    (machine.data / "PG_VERSION").write_text("18")
    assert machine.start("database-2", primary="database-2", sync="off") == 0
    assert machine.calls == ["docker-entrypoint.sh postgres -c synchronous_standby_names="]
