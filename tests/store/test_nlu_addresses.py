"""Which NLU processes are asked, from two settings."""

import pytest
from pydantic import ValidationError

from store.nlu_addresses import nlu_addresses, place_of
from store.settings import Settings


@pytest.mark.parametrize(
    ("url", "processes", "addresses"),
    [
        ("http://127.0.0.1:5105/", 1, ["http://127.0.0.1:5105"]),
        ("http://localhost", 1, ["http://localhost:5005"]),
        ("https://nlu.example", 1, ["https://nlu.example:443"]),
        ("http://127.0.0.1:5005", 3, [f"http://127.0.0.1:{port}" for port in (5005, 5006, 5007)]),
        ("http://[::1]:9", 2, ["http://[::1]:9", "http://[::1]:10"]),
        (" http://a , http://b:6000, ", 4, ["http://a:5005", "http://b:6000"]),
    ],
)
def test_one_address_counts_upwards_and_a_list_stands_as_it_is(
    url: str, processes: int, addresses: list[str]
) -> None:
    assert list(nlu_addresses(url, processes)) == addresses


@pytest.mark.parametrize(
    "url",
    ["", ",", "localhost:5005", "http://localhost:many", "http://:5005", "ftp://a", "http://a/b",
     "http://a,http://a:5005", "http://a:65536"],
)  # fmt: skip
def test_nonsense_is_no_address(url: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        nlu_addresses(url, 1)
    with pytest.raises(ValidationError, match="nlu_url"):
        Settings(_env_file=None, nlu_url=url)  # type: ignore[call-arg]


def test_more_processes_than_there_are_ports_is_a_fault_of_their_number() -> None:
    with pytest.raises(ValidationError, match="nlu_processes"):
        Settings(  # type: ignore[call-arg]
            _env_file=None, nlu_url="http://127.0.0.1:65535", nlu_processes=2
        )


def test_an_address_is_a_host_and_a_port() -> None:
    assert place_of("http://[::1]:9") == ("::1", 9)
    assert place_of("http://127.0.0.1:5005") == ("127.0.0.1", 5005)
