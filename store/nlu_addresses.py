"""Where the NLU processes answer: one address and a number of them, or a list."""

from urllib.parse import urlsplit

PORT = 5005
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def nlu_addresses(url: str, processes: int) -> tuple[str, ...]:
    """The base addresses, without path, of `processes` NLU processes.

    One address stands for so many ports from its own upwards; several (commas between) are
    taken as they are. Without a port http means 5005 and https 443. Raises ValueError.
    """
    given = [one.strip() for one in url.split(",") if one.strip()]
    if not given:
        raise ValueError("no address")
    parts = [_parts(one) for one in given]
    if len(parts) == 1:
        scheme, host, port = parts[0]
        parts = [(scheme, host, port + number) for number in range(processes)]
    if len(set(parts)) < len(parts) or any(port > 65535 for _, _, port in parts):
        raise ValueError("the same address twice, or a port over 65535")
    return tuple(f"{scheme}://{_bracketed(host)}:{port}" for scheme, host, port in parts)


def place_of(address: str) -> tuple[str, int]:
    """Host and port of an address as `nlu_addresses` writes it."""
    _, host, port = _parts(address)
    return host, port


def _parts(address: str) -> tuple[str, str, int]:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
        raise ValueError("no address such as http://127.0.0.1:5005")
    return parts.scheme, parts.hostname, parts.port or (443 if parts.scheme == "https" else PORT)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
