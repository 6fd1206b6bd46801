"""What the services of `docker-compose.yml` are to each other, and the proxy's own file.

Roles that nobody plays, a database that DATABASE_URL does not know, a sender without a way out,
a setting that is misspelt: nothing of it breaks the schema, all of it breaks the product.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.cli_config import variable
from bot.product import ALL_ROLES
from bot.supervisor.roles import PROGRAMS
from store.settings import Settings

Services = Mapping[str, Any]
# Needs nobody outside, and nobody outside needs it.
INSIDE_ONLY = ("worker", "migrate", "nlu", "database")
OURS = re.compile(r"LACHAN_|TELEGRAM_|ZALO_|DATABASE_URL$")
WEBHOOKS = ("/telegram/*", "/zalo/webhook")


def room_faults(raw: Mapping[str, Any]) -> Iterator[str]:
    """One line for each thing that is wrong between the services."""
    services: Services = raw["services"]
    yield from _roles(services)
    for name, service in services.items():
        yield from _networks(name, service, raw["networks"])
        yield from _settings(name, service)
        yield from _databases(name, service, services)
        yield from _models(name, service, services)


def _roles(services: Services) -> Iterator[str]:
    played: set[str] = set()
    for service in services.values():
        command = service.get("command", ())
        if "--only" in command:
            played |= set(command[list(command).index("--only") + 1].split(","))
    for role in sorted(played - ALL_ROLES - set(PROGRAMS)):
        yield f"no role is called {role}"
    for role in sorted(ALL_ROLES - played):
        yield f"nobody is {role}"


def _networks(name: str, service: Any, networks: Mapping[str, Any]) -> Iterator[str]:
    open_ones = [
        n for n in service.get("networks", ()) if not (networks.get(n) or {}).get("internal")
    ]
    if name.startswith(INSIDE_ONLY) and open_ones:
        yield f"{name}: has no business on {', '.join(open_ones)}"
    if name == "sender" and not open_ones:
        yield f"{name}: no way out to the platforms"


def _settings(name: str, service: Any) -> Iterator[str]:
    """Only the product's own services: a database's variables are its script's."""
    known = {variable(field) for field in Settings.model_fields}
    if "bot.cli" in service.get("command", ()):
        for given in service.get("environment", {}):
            if OURS.match(given) and given not in known:
                yield f"{name}: {given} is no setting"


def _databases(name: str, service: Any, services: Services) -> Iterator[str]:
    url = service.get("environment", {}).get("DATABASE_URL")
    if url is None:
        return
    listed = re.search(r"[?&]host=([\w,-]+)", url)
    named = set(listed[1].split(",")) if listed else set()
    there = {one for one in services if one.startswith("database")}
    if named != there:
        yield f"{name}: DATABASE_URL names {sorted(named)}, there are {sorted(there)}"
    if len(named) > 1 and "target_session_attrs=read-write" not in url:
        yield f"{name}: DATABASE_URL may find the standby"


def _models(name: str, service: Any, services: Services) -> Iterator[str]:
    for host in re.findall(r"//([\w-]+)", service.get("environment", {}).get("LACHAN_NLU_URL", "")):
        if host not in services:
            yield f"{name}: LACHAN_NLU_URL names {host}, which is not there"


def caddy_faults(text: str, services: Services) -> Iterator[str]:
    """What is wrong with the Caddyfile: who is served, and what would be written down."""
    for host in re.findall(r"(?:dynamic a |reverse_proxy )([a-z][\w-]*)", text):
        if host not in services:
            yield f"Caddyfile: {host} is not a service"
    for path in WEBHOOKS:
        if not re.search(rf"handle {re.escape(path)} \{{\s+request_body", text):
            yield f"Caddyfile: no limit for the body at {path}"
    sites = re.split(r"^(?=\{\$LACHAN_\w*SITE)", text, flags=re.MULTILINE)
    if not all("output discard" in site for site in sites[1:]):
        yield "Caddyfile: a site writes down who wrote, and the secret path of Telegram"
    if not re.search(r"log default \{\s+format filter \{[^}]*request delete", sites[0]):
        yield "Caddyfile: lines about faults would hold the secret path of Telegram"
