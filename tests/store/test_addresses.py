"""Whose limit a request counts for, behind proxies or not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.addresses import LONGEST, client_address


@pytest.mark.parametrize(
    ("forwarded", "remote", "trusted", "address"),
    [
        ([], "203.0.113.7", 0, "203.0.113.7"),
        (["198.51.100.1"], "203.0.113.7", 0, "203.0.113.7"),
        (["198.51.100.1"], "10.0.0.2", 1, "198.51.100.1"),
        (["claimed, 198.51.100.1"], "10.0.0.2", 1, "198.51.100.1"),
        (["claimed", "198.51.100.1"], "10.0.0.2", 1, "198.51.100.1"),
        (["claimed", "198.51.100.1, 10.0.0.9"], "10.0.0.2", 2, "198.51.100.1"),
        (["198.51.100.1"], "10.0.0.2", 2, "10.0.0.2"),
        ([""], "10.0.0.2", 1, "10.0.0.2"),
        ([], None, 1, None),
        (["2001:db8:1:2:aaaa::1"], None, 1, "2001:db8:1:2::/64"),
        ([], "2001:db8:1:2:ffff::9", 0, "2001:db8:1:2::/64"),
        (["::ffff:198.51.100.1"], None, 1, "198.51.100.1"),
        (["_hidden"], "10.0.0.2", 1, "_hidden"),
    ],
)
def test_the_address_that_our_outermost_proxy_saw(
    forwarded: list[str], remote: str | None, trusted: int, address: str | None
) -> None:
    assert client_address(forwarded, remote, trusted) == address


def test_one_visitor_cannot_walk_through_its_own_ipv6_network() -> None:
    seen = {client_address([f"2001:db8::{n:x}:1"], None, 1) for n in range(50)}
    assert len(seen) == 1


@given(st.lists(st.text()), st.text(), st.integers(0, 5))
def test_anything_is_read_and_nothing_long_is_kept(
    forwarded: list[str], remote: str, trusted: int
) -> None:
    assert len(client_address(forwarded, remote, trusted) or "") <= LONGEST


@given(st.lists(st.text()))
def test_what_a_visitor_claims_changes_nothing(claimed: list[str]) -> None:
    assert client_address([*claimed, "198.51.100.1"], "10.0.0.2", 1) == "198.51.100.1"
