"""The server as its own process, spoken to over HTTP."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from nlu.tests.conftest import ROOT

SECRET = "bí mật 0987000111 của Nguyễn Văn Thử"
TOKEN = "a-token-for-tests"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    def __init__(
        self, archive: Path, log: Path, *options: str, token: str = "", port: int = 0
    ) -> None:
        self.port = port or free_port()
        self.log = log
        command = [sys.executable, "-m", "nlu.server", "--model", str(archive), "--any-corpus"]
        environment = {**os.environ, "LOG_LEVEL": "DEBUG", "LACHAN_NLU_TOKEN": token}
        self.process = subprocess.Popen(
            [*command, "--port", str(self.port), *options],
            cwd=ROOT, env=environment, stdout=log.open("wb"), stderr=subprocess.STDOUT,
        )  # fmt: skip
        end = time.monotonic() + 30
        while time.monotonic() < end and self.process.poll() is None:
            try:
                if self.get("/health")[1]["pid"] == self.process.pid:
                    return
            except OSError:
                pass
            time.sleep(0.05)
        raise AssertionError(log.read_text())

    def request(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, Any]:
        url = f"http://127.0.0.1:{self.port}{path}"
        request = urllib.request.Request(url, body, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def get(self, path: str) -> tuple[int, Any]:
        return self.request("GET", path)

    def parse(self, body: Any, **headers: str) -> tuple[int, Any]:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.request("POST", "/model/parse", raw, **headers)

    def stop(self, sent: int = signal.SIGTERM) -> int:
        self.process.send_signal(sent)
        return self.process.wait(10)


@pytest.fixture(scope="module")
def server(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(archive, tmp_path_factory.mktemp("server") / "log")
    yield running
    assert running.stop() == 0


def test_it_answers_as_rasa_does(server: Server) -> None:
    status, answer = server.parse({"text": "cứu em với em bị nhốt", "message_id": "1"})
    assert status == 200
    assert answer["text"] == "cứu em với em bị nhốt"
    assert answer["intent"]["name"] == "danger_now"


def test_health_names_the_model(server: Server) -> None:
    process = server.process.pid
    told = {"status": "ok", "model": "small.tar.gz", "pid": process}
    assert server.get("/health") == (200, told)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"), ("GET", "/model/parse"), ("POST", "/model/train"), ("PUT", "/model"),
        ("DELETE", "/model"), ("GET", "/status"), ("GET", "/version"), ("POST", "/health"),
        ("GET", "/conversations/x/tracker"), ("POST", "/webhooks/rest/webhook"), ("GET", "/%00"),
    ],
)  # fmt: skip
def test_nothing_else_is_there(server: Server, method: str, path: str) -> None:
    status, answer = server.request(method, path, b"{}" if method != "GET" else None)
    assert status == 404
    assert "error" in answer


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"\xff\xfe", b"[]", b"null", b'"text"', b"{}", b'{"text": null}', b'{"text": 1}',
        b'{"text": ["a"]}', b'{"text": {"a": 1}}', b'{"text": "a\\u0000b"}', b'{"text": "\\ud800"}',
        b'{"text": "a", "message_id": 5}', b"[" * 30000, b'{"text": NaN}',
    ],
)  # fmt: skip
def test_bad_input_gets_a_reason(server: Server, body: bytes) -> None:
    status, answer = server.parse(body)
    assert status == 400
    assert answer["error"]


def test_a_large_body_is_refused(server: Server) -> None:
    status, answer = server.parse({"text": "a" * 70_000})
    assert (status, "error" in answer) == (413, True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n",
        "/greet",
        "😭" * 900,
        "\u202e\u200f",
        "<b>hi</b>",
        "a" * 4000,
        "ạ" * 10000,
        "\u0301",
    ],
)
def test_every_text_is_answered(server: Server, text: str) -> None:
    status, answer = server.parse({"text": text})
    assert status == 200
    assert answer["text"] == text


def test_many_at_once_get_their_own_answers(server: Server) -> None:
    texts = [f"{'cứu em' if i % 2 else 'xin chào'} {i}" for i in range(80)]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda text: server.parse({"text": text}), texts))
    assert [answer["text"] for _, answer in answers] == texts
    wanted = ["danger_now" if i % 2 else "greet" for i in range(80)]
    assert [answer["intent"]["name"] for _, answer in answers] == wanted


def test_no_text_is_logged(server: Server) -> None:
    server.parse({"text": SECRET})
    server.parse(('{"text": "' + SECRET).encode())
    server.parse({"text": SECRET, "message_id": 5})
    server.get(f"/{SECRET.split()[2]}")
    log = server.log.read_text()
    assert "ready on" in log
    assert not any(word in log for word in SECRET.split() if len(word) > 3)


def test_the_token_is_required_when_there_is_one(archive: Path, tmp_path: Path) -> None:
    server = Server(archive, tmp_path / "log", token=TOKEN)
    try:
        body = {"text": "xin chào"}
        assert server.parse(body)[0] == 401
        assert server.parse(body, Authorization="Bearer wrong")[0] == 401
        assert server.parse(body, Authorization=f"Bearer {TOKEN}")[0] == 200
        raw = json.dumps(body).encode()
        assert server.request("POST", f"/model/parse?token={TOKEN}", raw)[0] == 200
        assert server.request("POST", "/model/parse?token=%FF", raw)[0] == 401
        assert TOKEN not in server.log.read_text()
    finally:
        assert server.stop(signal.SIGINT) == 0


def test_an_answer_names_the_model_that_gave_it(server: Server) -> None:
    url = f"http://127.0.0.1:{server.port}/model/parse"
    with urllib.request.urlopen(url, json.dumps({"text": "xin chào"}).encode()) as answer:
        assert answer.headers["X-Model"] == server.get("/health")[1]["model"]


def test_a_successor_takes_over_the_port_without_a_lost_message(
    archive: Path, tmp_path: Path
) -> None:
    old = Server(archive, tmp_path / "old", "--shared-port")
    stop = threading.Event()
    answered: list[int] = []

    def citizen() -> None:
        while not stop.is_set():
            try:
                status = old.parse({"text": "cứu em với"})[0]
            except OSError:  # closed before it was read: our own client asks again as well
                status = old.parse({"text": "cứu em với"})[0]
            answered.append(status)

    with ThreadPoolExecutor(4) as pool:
        citizens = [pool.submit(citizen) for _ in range(4)]
        try:
            new = Server(archive, tmp_path / "new", "--shared-port", port=old.port)
            assert old.stop() == 0
            told = [new.get("/health")[1]["pid"] for _ in range(8)]
        finally:
            stop.set()
        for one in citizens:
            one.result(20)
    assert set(told) == {new.process.pid}
    assert set(answered) == {200}
    assert new.stop() == 0


def test_it_stops_with_its_parent(archive: Path, tmp_path: Path) -> None:
    parent = subprocess.Popen(["sleep", "60"])
    server = Server(archive, tmp_path / "log", "--parent-pid", str(parent.pid))
    parent.kill()
    parent.wait()
    assert server.process.wait(10) == 0


def start(*options: str, token: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "nlu.server", *options],
        cwd=ROOT, env={**os.environ, "LACHAN_NLU_TOKEN": token},
        capture_output=True, text=True, timeout=30,
    )  # fmt: skip


def test_it_refuses_what_it_cannot_serve(archive: Path, server: Server, tmp_path: Path) -> None:
    open_address = start("--model", str(archive), "--host", "0.0.0.0")
    assert (open_address.returncode, "LACHAN_NLU_TOKEN" in open_address.stderr) == (1, True)
    missing = start("--model", str(tmp_path / "none.tar.gz"))
    assert (missing.returncode, "There is no model" in missing.stderr) == (1, True)
    misread = start("--model", str(archive), "--port", "0")
    assert (misread.returncode, "misreads" in misread.stderr) == (1, True)
    taken = start("--model", str(archive), "--any-corpus", "--port", str(server.port))
    assert (taken.returncode, "Cannot listen" in taken.stderr) == (1, True)
    assert "Traceback" not in missing.stderr + misread.stderr + taken.stderr
