"""A real event is saved byte for byte, whatever else knocks before it."""

import http.client
import threading
from pathlib import Path

from bot.channels.zalo_event_file import read_headers
from bot.channels.zalo_signature import fitting, signature
from deploy.catch_event import Catcher

BODY = '{"app_id":"1", "timestamp" : "1699003881354","message":{"text":"Chào"}}\n'.encode()


def test_the_saved_event_still_proves_itself(tmp_path: Path) -> None:
    catcher = Catcher("127.0.0.1", 0, tmp_path / "event")
    working = threading.Thread(target=catcher.catch)
    working.start()
    mac = f"mac={signature('1', BODY, '1699003881354', 'secret')}"
    for body, headers in ((b"{}", {}), (BODY, {"x-zevent-signature": mac})):
        asking = http.client.HTTPConnection("127.0.0.1", catcher.server_port, timeout=5)
        asking.request("POST", "/zalo/webhook", body, headers)
        answer = asking.getresponse()
        assert (answer.status, answer.read()) == (200, b"{}")
        asking.close()
    working.join(5)
    catcher.server_close()
    saved = (tmp_path / "event" / "body.bin").read_bytes()
    headers_saved = read_headers((tmp_path / "event" / "headers.json").read_text())
    assert saved == BODY
    assert fitting(saved, headers_saved, "1", "secret") == "body"
