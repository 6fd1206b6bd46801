"""Checks `docker-compose.yml` and the images without a Docker engine.

    python -m deploy.compose_check

The compose file against the Compose specification's schema, then what a schema cannot see:
dependencies that exist, images with a fixed version, files that are copied, links that lead
somewhere, what stands behind the proxy, and that only the proxy is open to the street. What the
services are to each other is looked at in `deploy.compose_rooms`, the proxy's own file too.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from compose_pydantic import ComposeSpecification
from pydantic import ValidationError

from deploy.compose_rooms import caddy_faults, room_faults

ROOT = Path(__file__).resolve().parent.parent
BEHIND_PROXY = ("web", "console")
DEFAULT = re.compile(r"^\$\{\w+:-(\d+)\}$")
# `ln` with a symbolic option, then its target: a path, or a command that prints one.
SYMLINK = re.compile(
    r"\bln(?=(?:\s+-\S+)*\s+(?:-\w*s|--symbolic))(?:\s+-\S+)+\s+[\"']?(\$\(|[^\s\"']+)"
)


def faults() -> Iterator[str]:
    """One line for each thing that is wrong."""
    raw: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    yield from compose_faults(raw)
    yield from caddy_faults((ROOT / "deploy/caddy/Caddyfile").read_text(), raw["services"])
    for dockerfile in sorted((ROOT / "deploy" / "images").glob("*.Dockerfile")):
        yield from dockerfile_faults(dockerfile.name, dockerfile.read_text())


def compose_faults(raw: dict[str, Any]) -> Iterator[str]:
    """What is wrong with the compose file, read as YAML."""
    try:
        ComposeSpecification.model_validate(
            {key: numbers(value) for key, value in raw.items() if not key.startswith("x-")}
        )
    except ValidationError as error:
        for fault in error.errors():
            yield f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}"
    for name, service in raw["services"].items():
        yield from _service(name, service, raw)
    for name in BEHIND_PROXY:
        yield from _behind_proxy(name, raw["services"].get(name, {}))
    yield from _proxy(raw["services"].get("proxy", {}))
    yield from room_faults(raw)


def numbers(value: Any) -> Any:
    """`${NAME:-2}` as Compose itself reads it where nothing is set: the number 2."""
    if isinstance(value, dict):
        return {key: numbers(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [numbers(inner) for inner in value]
    given = DEFAULT.match(value) if isinstance(value, str) else None
    return int(given[1]) if given else value


def _service(name: str, service: dict[str, Any], raw: dict[str, Any]) -> Iterator[str]:
    for wanted in service.get("depends_on", ()):
        if wanted not in raw["services"]:
            yield f"{name}: depends on {wanted}, which is not there"
    if ":" not in service.get("image", ":") or service.get("image", "").endswith(":latest"):
        yield f"{name}: the image has no fixed version"
    if "ports" in service and name != "proxy":
        yield f"{name}: only the proxy may publish ports"
    for network in service.get("networks", ()):
        if network not in raw["networks"]:
            yield f"{name}: no network {network}"
    for volume in service.get("volumes", ()):
        source = str(volume).partition(":")[0]
        if source.startswith(".") and not (ROOT / source).exists():
            yield f"{name}: nothing to mount at {source}"
        if not source.startswith((".", "/")) and source not in raw["volumes"]:
            yield f"{name}: no volume {source}"
    build = service.get("build")
    if build and not (ROOT / build["context"] / build["dockerfile"]).exists():
        yield f"{name}: no {build['dockerfile']}"


def _behind_proxy(name: str, service: dict[str, Any]) -> Iterator[str]:
    """Without it every visitor has the proxy's address, and shares its limits."""
    if str(service.get("environment", {}).get("LACHAN_TRUSTED_PROXIES")) != "1":
        yield f"{name}: LACHAN_TRUSTED_PROXIES must be 1 behind the proxy"
    if not service.get("healthcheck", {}).get("test"):
        yield f"{name}: no healthcheck"


def _proxy(proxy: dict[str, Any]) -> Iterator[str]:
    for port in proxy.get("ports", ()):
        if re.sub(r"\$\{[^}]*\}", "address", str(port)).count(":") != 2:
            yield f"proxy: {port} is published on no named address"
    office = str(proxy.get("environment", {}).get("LACHAN_OFFICE_NETWORK", ""))
    if not office.startswith("${LACHAN_OFFICE_NETWORK:?"):
        yield "proxy: LACHAN_OFFICE_NETWORK must be asked for, not assumed"


def dockerfile_faults(name: str, text: str) -> Iterator[str]:
    """What is wrong with one image's recipe."""
    text = text.replace("\\\n", " ")
    for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.MULTILINE):
        for source in line.split()[:-1]:
            if not (ROOT / source).exists():
                yield f"{name}: nothing to copy at {source}"
    for target in SYMLINK.findall(text):
        if not target.startswith("/"):
            yield f"{name}: a link to {target} points beside itself; copy, or name it from /"
    if "\nUSER " not in text:
        yield f"{name}: runs as root"


def main() -> None:
    found = list(faults())
    for line in found:
        print(f"✗ {line}")
    if found:
        sys.exit(1)
    print("✓ docker-compose.yml and images: schema and references hold (no engine was run)")


if __name__ == "__main__":
    main()
