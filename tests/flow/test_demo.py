"""`helpdesk demo`: the main job in one command, played as its printed lines say."""

import json
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.flow.process import Process, run, running
from tests.workers.embedded_places import open_directory, wait_until


@dataclass
class Demo:
    """A data directory in which the demo was started and ended once."""

    data_dir: Path
    output: str
    first_start: float


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    with open_directory() as directory, Process("demo", directory) as process:
        seconds = process.start_ready()
        made = Demo(directory, process.output, seconds)
        code, _ = process.terminate()
        assert code == 0, process.output
        yield made


def sign_ins(output: str) -> list[str]:
    """The lines with a sign-in: the supervisor's, the agents', the two tokens."""
    whose = r"^(?:Supervisor   |  (?:Ani|Budi|Citra|Dewi) |Account token|Device token).*"
    return re.findall(whose, output, re.M)


def path_lines(output: str) -> list[str]:
    """The four lines that play the whole path."""
    return [
        line
        for line in output.splitlines()
        if line.startswith("curl ") or " -m websockets " in line
    ]


def bash(line: str) -> str:
    played = subprocess.run(["/bin/bash", "-c", line], capture_output=True, text=True, timeout=30)
    assert played.returncode == 0, played.stderr
    return played.stdout


@contextmanager
def listening(line: str, output: Path) -> Iterator[None]:
    """The socket's line, fed with an open stdin, as in a terminal."""
    with (
        output.open("wb") as file,
        subprocess.Popen(["/bin/bash", "-c", line], stdin=subprocess.PIPE, stdout=file) as client,
    ):
        wait_until(lambda: '"hello"' in output.read_text())
        yield
        client.kill()


def test_first_start_prints_every_sign_in_and_the_four_lines(demo: Demo) -> None:
    assert len(sign_ins(demo.output)) == 7
    assert "6281234567890" in demo.output
    assert "/phone/" in demo.output
    assert len(path_lines(demo.output)) == 4
    numbered = [demo.output.index(f"\n# {n}. ") for n in range(1, 5)]
    assert numbered == sorted(numbered)
    assert demo.output.count("\n# ") == 4


def test_the_four_lines_play_the_whole_path(demo: Demo, tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    with running("demo", demo.data_dir) as process:
        wait_until(lambda: len(path_lines(process.output)) == 4)
        sign_in, listen, write, answer = path_lines(process.output)
        assert json.loads(bash(sign_in))["role"] == "agent"
        with listening(listen, heard):
            assert json.loads(bash(write))["status"] is True
            wait_until(lambda: "message.received" in heard.read_text())
            reply = json.loads(bash(answer))
            wait_until(lambda: "message.sent" in heard.read_text())
    assert reply["kind"] == "image"
    assert reply["media"]["filename"] == "price-list.png"
    assert reply["text"] == "Here is our price list, Rama."
    told = heard.read_text()
    order = [told.index(f'"message.{what}"') for what in ("received", "queued", "sent")]
    assert order == sorted(order)


def test_the_printed_lines_may_be_typed_again(demo: Demo, tmp_path: Path) -> None:
    with running("demo", demo.data_dir) as process:
        wait_until(lambda: len(path_lines(process.output)) == 4)
        sign_in, listen, write, answer = path_lines(process.output)
        bash(sign_in)
        with listening(listen, tmp_path / "heard"):
            for _ in range(2):
                time.sleep(1.1)  # an id is a second
                bash(write)
            replies = [json.loads(bash(answer)) for _ in range(2)]
        bearer = {"Authorization": f"Bearer {sign_ins(process.output)[-2].split()[-1]}"}
        with httpx.Client(base_url=f"{process.url}/api/v1", headers=bearer) as client:
            [conversation] = client.get("/conversations").json()["items"]
            lines = client.get(f"/conversations/{conversation['id']}/messages").json()["items"]
    assert replies[0]["id"] == replies[1]["id"] == lines[0]["id"]
    assert [line["direction"] for line in lines[:3]] == ["out", "in", "in"]


def test_second_start_prints_the_same_sign_ins_and_is_ready_soon(demo: Demo) -> None:
    with Process("demo", demo.data_dir) as process:
        seconds = process.start_ready()
        wait_until(lambda: "Device token" in process.output)
        assert sign_ins(process.output) == sign_ins(demo.output)
    assert seconds < 30, "a warm start took longer than any cold one should"


def test_the_printed_supervisor_can_sign_in(demo: Demo) -> None:
    email, password = sign_ins(demo.output)[0].split()[1:]
    with running("demo", demo.data_dir) as process:
        answer = httpx.post(
            f"{process.url}/api/v1/session", json={"email": email, "password": password}, timeout=10
        )
    assert answer.status_code == 201


def test_who_writes_in_the_demo_has_labels_that_the_list_shows(demo: Demo) -> None:
    with running("demo", demo.data_dir) as process:
        wait_until(lambda: "Device token" in process.output)
        bearer = {"Authorization": f"Bearer {sign_ins(process.output)[-2].split()[-1]}"}
        with httpx.Client(base_url=f"{process.url}/api/v1", headers=bearer) as client:
            labels = {each["id"]: each for each in client.get("/labels").json()["items"]}
            contacts = client.get("/contacts").json()["items"]
    assert len({each["color"] for each in labels.values()}) == 4
    marked = {each["name"]: [labels[id_]["name"] for id_ in each["labels"]] for each in contacts}
    assert marked["Nadia Rahmawati"] == ["VIP", "Wholesale"]
    assert all(marked.values())


def test_sigterm_closes_sockets_with_1012_and_exits_0_within_10_seconds(demo: Demo) -> None:
    with running("demo", demo.data_dir) as process, httpx.Client(base_url=process.url) as client:
        plan = json.loads((demo.data_dir / "demo.json").read_text())
        credentials = {"device": plan["device_number"], "token": plan["agent_tokens"]["Budi"]}
        csrf = client.post("/api/v1/session", json=credentials).json()["csrf"]
        ticket = client.post("/api/v1/session/ws-ticket", headers={"X-CSRF-Token": csrf}).json()
        place = f"{process.url.replace('http', 'ws', 1)}/ws?ticket={ticket['ticket']}"
        with connect(place, proxy=None) as connection:
            connection.recv(10)
            code, seconds = process.terminate()
            with suppress(ConnectionClosed):
                list(connection)
        assert (connection.close_code, code) == (1012, 0)
    assert seconds < 10


def test_the_file_with_the_secrets_is_readable_by_its_owner_alone(demo: Demo) -> None:
    assert (demo.data_dir / "demo.json").stat().st_mode & 0o777 == 0o600


def test_a_busy_port_is_told_in_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run(tmp_path, "demo", "--port", str(port))
    assert ended.returncode != 0
    assert f"Port {port} on 127.0.0.1 cannot be used" in ended.stderr
    assert "Traceback" not in ended.stderr
