"""Checks `docker-compose.yml` and the images without a Docker engine.

    python -m deploy.compose_check

The compose file against the Compose specification's schema, then what a schema cannot see:
dependencies that exist, images with a fixed version, files that are copied, and that only the
proxy is open to the street.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from compose_pydantic import ComposeSpecification
from pydantic import ValidationError

ROOT = Path(__file__).resolve().parent.parent


def faults() -> Iterator[str]:
    """One line for each thing that is wrong."""
    raw: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    try:
        ComposeSpecification.model_validate(
            {key: value for key, value in raw.items() if not key.startswith("x-")}
        )
    except ValidationError as error:
        for fault in error.errors():
            yield f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}"
    for name, service in raw["services"].items():
        yield from _service(name, service, raw)
    for dockerfile in sorted((ROOT / "deploy" / "images").glob("*.Dockerfile")):
        yield from _dockerfile(dockerfile)


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
    build = service.get("build")
    if build and not (ROOT / build["context"] / build["dockerfile"]).exists():
        yield f"{name}: no {build['dockerfile']}"


def _dockerfile(path: Path) -> Iterator[str]:
    text = path.read_text().replace("\\\n", " ")
    for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.MULTILINE):
        for source in line.split()[:-1]:
            if not (ROOT / source).exists():
                yield f"{path.name}: nothing to copy at {source}"
    if "\nUSER " not in text:
        yield f"{path.name}: runs as root"


def main() -> None:
    found = list(faults())
    for line in found:
        print(f"✗ {line}")
    if found:
        sys.exit(1)
    print("✓ docker-compose.yml and images: schema and references hold (no engine was run)")


if __name__ == "__main__":
    main()
