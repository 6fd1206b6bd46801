"""Saves one real webhook request, byte for byte, for `lachan zalo verify-event`.

    python -m deploy.catch_event --port 8080 --folder zalo-event

Run it in the product's place (same port, behind the same proxy) while the product is stopped, then
write to the OA. Answers 200 to everything and ends with the first signed event. Needs nothing but
Python. The two files hold a person's id and words: delete them afterwards.
"""

import argparse
import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

MOST = 256 * 1024
SIGNATURE = "X-ZEvent-Signature"


class Catcher(HTTPServer):
    """`folder` gets `body.bin` and `headers.json` of the first signed request."""

    def __init__(self, host: str, port: int, folder: Path) -> None:
        super().__init__((host, port), _Handler)
        self.folder = folder
        self.caught = False

    def catch(self) -> None:
        """Answer until an event was saved."""
        while not self.caught:
            self.handle_request()

    def save(self, body: bytes, headers: dict[str, str]) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self.folder / "body.bin").write_bytes(body)
        (self.folder / "headers.json").write_text(json.dumps(headers))
        self.caught = True


class _Handler(BaseHTTPRequestHandler):
    timeout = 5
    server: Catcher

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        body = self.rfile.read(min(length, MOST))
        if SIGNATURE in self.headers:
            self.server.save(body, dict(self.headers.items()))
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """Who asked is nobody's business."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Save one Zalo event to files.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--folder", type=Path, default=Path("zalo-event"))
    asked = parser.parse_args()
    print("Đang chờ. Hãy nhắn một tin thử tới OA (Ctrl-C để dừng).", flush=True)
    Catcher(asked.host, asked.port, asked.folder).catch()
    print(f"Đã lưu body.bin và headers.json vào {asked.folder}", flush=True)


if __name__ == "__main__":
    main()
