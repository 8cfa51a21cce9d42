"""`constructs-lib local up` as a process: ready, reached by boto3, several at once, and gone when told to stop."""

import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from constructs_lib.local.account import Keys
from constructs_lib.local.control.instances import keys_at, running

pytestmark = pytest.mark.local

PROGRAM = [str(Path(sys.executable).parent / "constructs-lib"), "local"]
Up = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Up]:
    """Start an instance; it is ready when this returns."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "state"))
    started: list[subprocess.Popen[str]] = []

    def up_(*options: str) -> subprocess.Popen[str]:
        argv = [*PROGRAM, "up", "--output", str(tmp_path / f"logs-{len(started)}"), *options]
        started.append(subprocess.Popen(argv, stdout=subprocess.PIPE, text=True))
        return started[-1]

    yield up_
    for process in started:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def ready(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    first = process.stdout.readline().rstrip("\n")
    assert first.startswith("ready http://127.0.0.1:")
    return first.removeprefix("ready ")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 143)])
def test_it_serves_until_it_is_told_to_stop(up: Up, number: signal.Signals, code: int) -> None:
    process = up()
    url = ready(process)
    [instance] = running()
    assert (instance.url, instance.pid) == (url, process.pid)
    process.send_signal(number)
    assert process.wait(60) == code
    assert running() == []
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("localhost", instance.port))


def test_its_exports_point_every_sdk_to_it(up: Up) -> None:
    process = up()
    ready(process)
    process.send_signal(signal.SIGTERM)
    printed, _ = process.communicate()
    script = f"{printed}\nenv"
    shell = subprocess.run(["sh", "-ec", script], env={}, capture_output=True, text=True, check=True)
    environment = dict(line.split("=", 1) for line in shell.stdout.splitlines())
    assert environment["AWS_ENDPOINT_URL"].startswith("http://127.0.0.1:")
    assert environment["AWS_REGION"] == "us-east-1"
    assert re.fullmatch("AKIA[A-Z2-7]{16}", environment["AWS_ACCESS_KEY_ID"])
    assert len(environment["AWS_SECRET_ACCESS_KEY"]) == 40


def test_its_keys_may_be_chosen_and_no_list_of_instances_tells_them(up: Up) -> None:
    url = ready(up("--keys", "mine/my-own-secret"))
    assert keys_at(url) == Keys("mine", "my-own-secret")
    listed = subprocess.run([*PROGRAM, "ps", "--json"], capture_output=True, text=True, check=True)
    assert "my-own-secret" not in listed.stdout
    [record] = json.loads(listed.stdout)
    assert (record["endpoint"], record["stacks"]) == (url, [])


def test_two_at_once_know_nothing_of_each_other(up: Up) -> None:
    processes = [up(), up()]
    clients = [_s3(ready(process)) for process in processes]
    clients[0].create_bucket(Bucket="mine")
    assert [len(client.list_buckets()["Buckets"]) for client in clients] == [1, 0]
    assert {item.pid for item in running()} == {process.pid for process in processes}


def test_a_port_in_use_is_one_clear_message() -> None:
    with socket.socket() as taken:
        taken.bind(("localhost", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = subprocess.run([*PROGRAM, "up", "--port", str(port)], capture_output=True, text=True, check=False)
    assert process.returncode == 2
    assert process.stdout == ""
    assert process.stderr.splitlines()[-1] == f"Error: port {port} is in use: take another one, or 0 for a free one"


def _s3(url: str) -> Any:
    keys = keys_at(url)
    assert keys is not None
    session = boto3.Session(keys.access_key, keys.secret_key, region_name="us-east-1")
    return session.client("s3", endpoint_url=url)
