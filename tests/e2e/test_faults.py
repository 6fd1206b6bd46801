"""What a person notices when a part dies: as little as possible, and never in danger."""

import json
import os
import signal
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.support.house import House, fetch, free_ports, wait_until
from tests.support.people import Citizen

DANGER = "cứu em với họ đánh em, khóa cửa không cho ra"


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    connector = aiohttp.TCPConnector(force_close=True)
    async with aiohttp.ClientSession(connector=connector) as client:
        yield client


def ready(house: House) -> str:
    return fetch(f"http://127.0.0.1:{house.ops_port}/readyz")[1]


async def test_a_killed_model_degrades_and_comes_back_by_itself(
    house: House, client: aiohttp.ClientSession
) -> None:
    citizen = Citizen(client, house.chat)
    house.kill("nlu.server")
    assert "113" in await citizen.say(DANGER)
    assert await citizen.say("cho em hỏi một chút")
    wait_until(lambda: '"ready"' in ready(house), 60)
    assert citizen.last["messages"]
    assert "Luật" in await citizen.say("tội mua bán người bị phạt bao nhiêu năm tù")


async def test_a_stopped_database_still_gives_the_numbers_and_comes_back(
    house: House, client: aiohttp.ClientSession
) -> None:
    for pid in house.pids("postgres"):
        os.kill(pid, signal.SIGKILL)
    danger = {"text": DANGER}
    async with client.post(f"{house.chat}/api/chat", json=danger) as answer:
        body = await answer.json()
        assert answer.status == 200
        assert "113" in body["messages"][0]["text"]
    # `/readyz` may still say what it knew a second ago; the supervisor knows better.
    house.wait_for("cơ sở dữ liệu đã dừng bất ngờ")
    wait_until(lambda: '"ready"' in ready(house), 60)
    citizen = Citizen(client, house.chat)
    assert await citizen.say("menu")


async def test_a_killed_chat_process_is_restarted_and_an_open_form_goes_on(
    house: House, client: aiohttp.ClientSession
) -> None:
    citizen = Citizen(client, house.chat)
    await citizen.say("cho em làm câu đố")
    if "Câu 1/10" not in "".join(m["text"] for m in citizen.last["messages"]):
        await citizen.press("câu đố")
    house.kill("--only web")
    wait_until(lambda: '"ready"' in ready(house), 60)
    assert "Câu 2/10" in await citizen.say("A")


def test_a_taken_port_is_a_sentence_that_says_what_to_do(house: House, tmp_path: Path) -> None:
    said = house.run("run", LACHAN_DATA_DIR=str(tmp_path))
    assert said.returncode == 1
    assert str(house.port) in said.stdout
    assert "LACHAN_PORT" in said.stdout
    assert "Traceback" not in said.stdout + said.stderr


def test_ctrl_c_stops_everything_and_leaves_no_orphan(tmp_path: Path) -> None:
    other = House(tmp_path / "other").start()
    pids = [
        p
        for words in ("nlu.server", "--only web", "console", "postgres")
        for p in other.pids(words)
    ]
    assert len(pids) >= 4
    assert other.stop() == 0
    wait_until(lambda: not any(alive(pid) for pid in pids), 10)


def test_a_second_start_in_the_same_folder_is_refused_with_a_sentence(house: House) -> None:
    said = house.run("run")
    assert said.returncode == 1
    assert "LACHAN_DATA_DIR" in said.stdout
    assert "Traceback" not in said.stdout + said.stderr
    assert '"ready"' in ready(house)


def test_after_a_killed_supervisor_the_next_stop_still_ends_the_database(tmp_path: Path) -> None:
    first = House(tmp_path / "killed").start()
    children = [p for words in ("nlu.server", "--only web", "console") for p in first.pids(words)]
    assert len(children) >= 3
    first.signal(signal.SIGKILL)
    first.stop()
    wait_until(lambda: not any(alive(pid) for pid in children), 30)
    servers = first.pids("bin/postgres")
    assert servers
    second = House(tmp_path / "killed").start()
    assert second.stop() == 0
    assert not any(alive(pid) for pid in servers)
    assert not second.pids("bin/postgres")


def alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False


def test_understand_reads_and_writes_json_lines(house: House, tmp_path: Path) -> None:
    lines = tmp_path / "in.jsonl"
    lines.write_text(
        '{"id": "a", "text": "em bi nhot o campuchia cuu em"}\n'
        "rubbish\n"
        '{"id": "b", "text": "cty nay tuyen lao dong di nhat phi 150tr co dung k"}\n'
    )
    said = house.run("understand", "--jsonl", str(lines))
    assert said.returncode == 0, said.stderr
    first, second, third = map(json.loads, said.stdout.splitlines())
    assert first["id"] == "a"
    assert first["priority"] in ("P0", "P1")
    assert first["rule"]
    assert 0 <= first["confidence"] <= 1
    assert "error" in second
    assert third["intent"] == "job_offer"


def test_config_check_names_what_is_wrong(house: House) -> None:
    good = house.run("config", "check")
    assert good.returncode == 0, good.stdout
    bad = house.run("config", "check", LACHAN_PORT="many")
    assert bad.returncode == 1
    assert "LACHAN_PORT" in bad.stdout
    assert "Traceback" not in bad.stderr


def test_serving_without_a_database_is_a_sentence(tmp_path: Path) -> None:
    house = House(tmp_path)
    said = house.run("run", "--only", "web")
    assert said.returncode == 1
    assert "DATABASE_URL" in said.stdout
    assert "Traceback" not in said.stdout + said.stderr


def test_the_nlu_opens_no_other_door(house: House) -> None:
    for path in ("/", "/model", "/model/train", "/conversations/x/tracker", "/version", "/status"):
        assert fetch(house.nlu + path)[0] in (404, 405), path
    assert fetch(house.nlu + "/health")[0] == 200
    listening = subprocess.run(["ss", "-ltn"], capture_output=True, text=True, check=False).stdout
    if listening:
        assert f"127.0.0.1:{house.nlu_port}" in listening
    assert free_ports(1)
