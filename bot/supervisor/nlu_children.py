"""The NLU processes of this machine: how many, where they listen, how each is started."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace

import orjson

from bot.supervisor.children import Child
from bot.supervisor.machine import site_of
from bot.supervisor.nlu_setup import ENVIRONMENT, PYTHON
from bot.supervisor.readiness import fetch
from store.nlu_addresses import LOOPBACK, place_of
from store.settings import Settings

Place = tuple[str, int]
# Of two processes on one port the kernel picks one for each connection.
TRIES = 6


@dataclass
class NluChild(Child):
    """A process of `nlu.server`; `site` is where it answers this machine."""

    site: str = ""

    def answers(self, tries: int = TRIES) -> bool:
        """Whether this very process answers: it has then read its canaries."""
        return any(self._pid_told() == self.pid for _ in range(tries))

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process else None

    def _pid_told(self) -> int:
        try:
            return int(orjson.loads(fetch(f"{self.site}/health", seconds=0.5))["pid"])
        except (ValueError, KeyError, TypeError):
            return -1

    def successor(self, model: str) -> "NluChild":
        """The same place with another model, not started yet."""
        command = list(self.command)
        command[command.index("--model") + 1] = model
        return replace(self, command=command, process=None, restarts=0, retry_at=0.0)

    def give_way(self, successor: "NluChild") -> Child:
        """Become the successor; what is given back is the old process, to be ended."""
        retired = replace(self)
        self.command, self.process = successor.command, successor.process
        self.started, self.restarts, self.retry_at = successor.started, 0, 0.0
        return retired


def places_here(settings: Settings) -> list[Place]:
    """Where `lachan run` starts NLU processes: for each address of this machine itself."""
    known = [place_of(address) for address in settings.nlu_addresses]
    return [_listen(settings, host, port) for host, port in known if host in LOOPBACK]


def places_alone(settings: Settings) -> list[Place]:
    """Where `lachan run --only nlu` starts them: also when others call this machine by name."""
    here = places_here(settings)
    if here:
        return here
    _, first = place_of(settings.nlu_addresses[0])
    return [(settings.nlu_bind, first + number) for number in range(settings.nlu_processes)]


def _listen(settings: Settings, host: str, port: int) -> Place:
    return (host if host == "::1" else settings.nlu_bind), port


def nlu_children(settings: Settings, model: str, places: Sequence[Place]) -> list[NluChild]:
    """A child for each place, not started yet."""
    token = settings.nlu_token.get_secret_value() if settings.nlu_token else ""
    program = [str(PYTHON), "-m", "nlu.server", "--model", model, "--shared-port"]
    return [
        NluChild(
            "NLU" if len(places) == 1 else f"NLU {number}",
            [*program, "--parent-pid", str(os.getpid()), "--host", host, "--port", str(port)],
            {**ENVIRONMENT, "LACHAN_NLU_TOKEN": token},
            stranger=True,
            site=site_of(host, port),
        )
        for number, (host, port) in enumerate(places, 1)
    ]
