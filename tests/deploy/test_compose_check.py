"""What `make check` sees in the compose file and the images without an engine."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
import yaml

from deploy import compose_check
from deploy.compose_check import ROOT, compose_faults, dockerfile_faults, numbers
from deploy.compose_rooms import caddy_faults

Services = dict[str, Any]
IMAGE = "FROM python:3.11-slim\n{}\nUSER nlu\n"


def test_compose_file_and_images_hold_together() -> None:
    assert list(compose_check.faults()) == []


def spoil(change: Callable[[Services], object]) -> list[str]:
    raw = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    raw = deepcopy(raw)  # anchors are shared otherwise
    change(raw["services"])
    return list(compose_faults(raw))


@pytest.mark.parametrize("name", ["web", "console"])
def test_what_stands_behind_the_proxy_trusts_it_and_says_how_it_is(name: str) -> None:
    assert any(
        f"{name}: LACHAN_TRUSTED_PROXIES" in fault
        for fault in spoil(lambda s: s[name]["environment"].pop("LACHAN_TRUSTED_PROXIES"))
    )
    assert f"{name}: no healthcheck" in spoil(lambda s: s[name].pop("healthcheck"))
    assert f"{name}: no healthcheck" in spoil(lambda s: s.pop(name))


@pytest.mark.parametrize("port", ["443:443", "443", "${PORT:-443}:443"])
def test_ports_are_published_on_a_named_address(port: str) -> None:
    assert any("no named address" in f for f in spoil(lambda s: s["proxy"].update(ports=[port])))


@pytest.mark.parametrize("port", ["${A:-0.0.0.0}:443:443", "10.0.0.1:443:443"])
def test_a_port_with_an_address_is_fine(port: str) -> None:
    assert spoil(lambda s: s["proxy"].update(ports=[port])) == []


def test_the_office_network_is_not_guessed() -> None:
    def guess(services: Services) -> None:
        value = "${LACHAN_OFFICE_NETWORK:-private_ranges}"
        services["proxy"]["environment"]["LACHAN_OFFICE_NETWORK"] = value

    assert any("asked for" in fault for fault in spoil(guess))


@pytest.mark.parametrize(
    "line",
    [
        'RUN train && ln -s "$(ls nlu/models/*.tar.gz)" nlu/model.tar.gz',
        "RUN train \\\n    && ln -sf models/a.tar.gz nlu/model.tar.gz",
        "RUN ln --symbolic -f a b",
    ],
)
def test_a_link_that_points_beside_itself_is_found(line: str) -> None:
    assert any("link" in fault for fault in dockerfile_faults("x", IMAGE.format(line)))


@pytest.mark.parametrize(
    "line",
    ["RUN ln -s /app/a /app/b", 'RUN ln -sf "/app/a" b', "RUN ln a b", 'RUN cp "$(ls a)" b'],
)
def test_other_links_and_copies_are_fine(line: str) -> None:
    assert list(dockerfile_faults("x", IMAGE.format(line))) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda s: s.pop("sender"), "nobody is sender"),
        (lambda s: _only(s, "postman"), "no role is called"),
        (lambda s: s["sender"].update(networks=["inside"]), "no way out"),
        (lambda s: s["worker"].update(networks=["inside", "street"]), "has no business on street"),
        (lambda s: s["nlu-1"].update(networks=["street"]), "has no business on street"),
        (lambda s: s["web"]["environment"].update(TELEGRAM_TOKEN="x"), "is no setting"),
        (lambda s: s.pop("database-2"), "DATABASE_URL names"),
        (lambda s: s.pop("nlu-2"), "names nlu-2"),
        (lambda s: s["proxy"].update(volumes=["./deploy/caddy/Cadyfile:/x"]), "nothing to mount"),
        (lambda s: s["proxy"].update(volumes=["certs:/data"]), "no volume certs"),
    ],
)
def test_services_that_do_not_fit_together_are_found(
    change: Callable[[Services], object], words: str
) -> None:
    assert any(words in fault for fault in spoil(change))


def _only(services: Services, role: str) -> None:
    services["worker"]["command"] = ["python", "-m", "bot.cli", "run", "--only", role]


def test_a_database_url_that_may_find_the_standby_is_found() -> None:
    def forget(services: Services) -> None:
        known = services["web"]["environment"]
        known["DATABASE_URL"] = known["DATABASE_URL"].partition("&target")[0]

    assert any("may find the standby" in fault for fault in spoil(forget))


def test_numbers_are_read_as_compose_reads_them() -> None:
    assert numbers({"replicas": "${N:-2}", "other": ["${N:-x}", 3]}) == {
        "replicas": 2,
        "other": ["${N:-x}", 3],
    }


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("dynamic a web 8080", "dynamic a chat 8080", "chat is not a service"),
        ("reverse_proxy console:8081", "reverse_proxy desk:8081", "desk is not a service"),
        ("handle /telegram/* {", "handle /telegraph/* {", "no limit for the body at /telegram/*"),
        ("output discard", "output stdout", "a site writes down"),
        ("request delete", "ts delete", "lines about faults"),
    ],
)
def test_a_proxy_that_tells_or_takes_too_much_is_found(old: str, new: str, words: str) -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    text = (ROOT / "deploy" / "caddy" / "Caddyfile").read_text()
    assert list(caddy_faults(text, services)) == []
    assert any(words in fault for fault in caddy_faults(text.replace(old, new, 1), services))
