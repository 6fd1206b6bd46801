"""The visitor's network address, for limits alone: kept in memory, never written."""

from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address

LONGEST = 64
PREFIX_BITS = 64


def client_address(forwarded: Sequence[str], remote: str | None, trusted: int) -> str | None:
    """The address that the outermost of our `trusted` proxies has seen, else `remote`.

    `forwarded` are the values of all `X-Forwarded-For` lines in their order (several lines mean
    the same as one joined by commas, RFC 9110 section 5.3). Only the last `trusted` entries are
    ours; what stands before them is whatever the visitor likes to claim.
    """
    hops = [hop.strip() for hop in ",".join(forwarded).split(",")]
    if trusted > 0 and len(hops) >= trusted and hops[-trusted]:
        return network(hops[-trusted])
    return network(remote) if remote else None


def network(address: str) -> str:
    """IPv6 cut to its /64, which one visitor has whole; anything else as it came, not longer."""
    try:
        known = ip_address(address)
    except ValueError:
        return address[:LONGEST]
    if not isinstance(known, IPv6Address):
        return str(known)
    if known.ipv4_mapped:
        return str(known.ipv4_mapped)
    kept = int(known) >> PREFIX_BITS << PREFIX_BITS
    return f"{IPv6Address(kept)}/{PREFIX_BITS}"
