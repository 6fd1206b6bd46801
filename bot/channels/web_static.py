"""The page's own files: read once, served from memory, cached for ever under their fingerprint."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

STATIC = Path(__file__).parent / "page" / "static"
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class _File:
    body: bytes
    packed: bytes | None
    kind: str


class Assets:
    """Everything under `folder`, at `/static/<fingerprint of all>/<name>`.

    One fingerprint for all lets the files name each other by relative paths.
    """

    def __init__(self, folder: Path = STATIC) -> None:
        paths = sorted(path for path in folder.rglob("*") if path.is_file())
        self._files = {path.relative_to(folder).as_posix(): _read(path) for path in paths}
        digest = hashlib.sha256()
        for name, file in self._files.items():
            digest.update(name.encode() + b"\0" + file.body)
        self._fingerprint = digest.hexdigest()[:12]

    def url(self, name: str) -> str:
        """Where `name` is served; raises KeyError when there is no such file."""
        self._files[name]
        return f"/static/{self._fingerprint}/{name}"

    async def serve(self, request: web.Request) -> web.Response:
        """An old fingerprint gets today's file, but not for ever."""
        file = self._files.get(request.match_info["name"])
        if file is None:
            raise web.HTTPNotFound
        current = request.match_info["fingerprint"] == self._fingerprint
        headers = {"Cache-Control": FOR_EVER if current else "no-cache", "Vary": "Accept-Encoding"}
        body = file.body
        if file.packed is not None and "gzip" in request.headers.get("Accept-Encoding", ""):
            headers["Content-Encoding"], body = "gzip", file.packed
        return web.Response(body=body, content_type=file.kind, headers=headers)


def _read(path: Path) -> _File:
    body = path.read_bytes()
    kind = KINDS.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "text/plain"
    packed = gzip.compress(body, mtime=0) if path.suffix in KINDS else None
    return _File(body, packed, "font/woff2" if path.suffix == ".woff2" else kind)
