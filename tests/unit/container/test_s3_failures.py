"""An S3 that fails, refuses, is slow or is not there: what is sent again, and the one line when that does not help."""

import json
import os
import signal
import socket
import struct
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.container.conftest import BUCKET, Objects, RunWorker, StartWorker, WriteHandler
from tests.unit.container.internet import Answer, error, in_turn, serving
from worker import s3_obstore
from worker.errors import S3RefusalError

KEYS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "eu-central-1"}
JOB = {"ITEMS": "[1]", "RESULTS_URI": "s3://results/run", **KEYS}
DONE = Answer(200, headers={"ETag": '"e"'})
BUSY = error(503, "SlowDown", "Reduce your request rate.")
SILENCE = Answer(0)


@pytest.fixture
def silent() -> Iterator[tuple[str, threading.Event]]:
    """An S3 that takes connections and never answers, and whether it has one."""
    asked = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        held = []

        def take() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                held.append(connection)
                asked.set()

        taking = threading.Thread(target=take)
        taking.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", asked
        listening.shutdown(socket.SHUT_RDWR)
        taking.join()
        for connection in held:
            connection.close()


@pytest.mark.parametrize("failures", [[BUSY, SILENCE], [error(500, "InternalError"), Answer(429)]])
def test_what_passes_is_sent_again(run_worker: RunWorker, failures: list[Answer]) -> None:
    with serving(in_turn(*failures, DONE)) as s3:
        done = run_worker("handlers.echo:handler", **JOB, AWS_ENDPOINT_URL=s3.url)
    assert (done.returncode, done.stderr) == (0, "")
    assert [request.body for request in s3.requests] == [b'{"index": 0, "item": 1}'] * 3


def test_a_connection_that_is_reset_is_made_again(run_worker: RunWorker) -> None:
    with serving(lambda _: DONE) as s3, socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        target = int(s3.url.rpartition(":")[2])
        thread = threading.Thread(target=_reset_once_then_forward, args=(listening, target))
        thread.start()
        done = run_worker("handlers.echo:handler", **JOB, AWS_ENDPOINT_URL=f"http://127.0.0.1:{port}")
        thread.join()
    assert (done.returncode, done.stderr) == (0, "")
    assert len(s3.requests) == 1


def _reset_once_then_forward(listening: socket.socket, port: int) -> None:
    first, _ = listening.accept()
    first.recv(1)
    first.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    first.close()
    second, _ = listening.accept()
    with second, socket.create_connection(("127.0.0.1", port)) as onward:
        second.settimeout(0.2)
        try:
            while sent := second.recv(65536):
                onward.sendall(sent)
        except TimeoutError:
            pass
        while answer := onward.recv(65536):
            second.sendall(answer)


def test_an_object_whose_end_is_missing_is_read_on(run_worker: RunWorker) -> None:
    listed = json.dumps({"items": ["x" * 100]})
    headers = {"ETag": '"e"', "Last-Modified": "Wed, 21 Oct 2026 07:28:00 GMT"}
    cut = Answer(200, listed[:50], {**headers, "Content-Length": str(len(listed))})
    rest = {**headers, "Content-Range": f"bytes 50-{len(listed) - 1}/{len(listed)}"}
    with serving(in_turn(cut, Answer(206, listed[50:], rest))) as s3:
        done = run_worker("handlers.echo:handler", **KEYS, ITEMS_URI="s3://results/items", AWS_ENDPOINT_URL=s3.url)
    assert (done.returncode, done.stderr) == (0, "")
    assert [request.headers.get("range") for request in s3.requests] == [None, f"bytes=50-{len(listed) - 1}"]


LISTED = json.dumps({"items": ["x" * 100]})
VERSION = {"ETag": '"e"', "Last-Modified": "Wed, 21 Oct 2026 07:28:00 GMT"}
WHOLE = Answer(200, LISTED, VERSION)
CUT = Answer(200, LISTED[:50], {**VERSION, "Content-Length": str(len(LISTED))})
EMPTY = Answer(200, "", CUT.headers)
NO_VERSION = Answer(200, LISTED[:50], {name: value for name, value in CUT.headers.items() if name != "ETag"})
NO_LENGTH = Answer(200, LISTED[:50], VERSION)
CHANGED = error(412, "PreconditionFailed")


@pytest.mark.parametrize("absent", ["", "obstore"])
@pytest.mark.parametrize("answers", [[CUT], [EMPTY], [NO_VERSION], [NO_LENGTH], [CUT, CUT, CUT], [CUT, EMPTY]])
def test_a_list_that_breaks_off_is_read_again(
    run_worker: RunWorker, write_handler: WriteHandler, absent: str, answers: list[Answer]
) -> None:
    directory = _without(write_handler, absent)
    with serving(in_turn(*answers, WHOLE)) as s3:
        place = {"ITEMS_URI": "s3://results/items", "AWS_ENDPOINT_URL": s3.url}
        done = run_worker("job:handler", cwd=directory, **KEYS, **place)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == "x" * 100


def test_a_list_that_has_changed_when_it_is_read_on_is_read_again(run_worker: RunWorker) -> None:
    with serving(in_turn(CUT, CHANGED, WHOLE)) as s3:
        done = run_worker("handlers.echo:handler", **KEYS, ITEMS_URI="s3://results/items", AWS_ENDPOINT_URL=s3.url)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("absent", ["", "obstore"])
def test_a_list_that_breaks_off_each_time_is_one_line(
    run_worker: RunWorker, write_handler: WriteHandler, absent: str
) -> None:
    directory = _without(write_handler, absent)
    with serving(lambda _: NO_VERSION) as s3:
        place = {"ITEMS_URI": "s3://results/items", "AWS_ENDPOINT_URL": s3.url}
        done = run_worker("job:handler", cwd=directory, **KEYS, **place)
    assert done.returncode == 2
    assert done.stderr.startswith("worker: ITEMS_URI cannot be read: s3://results/items: it broke off 5 times: ")
    assert done.stderr.count("\n") == 1
    assert len(s3.requests) == 5


def _without(write_handler: WriteHandler, absent: str) -> Path:
    directory = write_handler("def handler(item, context):\n    return item\n")
    if absent:
        (directory / f"{absent}.py").write_text(f'raise ImportError("No module named {absent!r}")\n')
    return directory


@pytest.mark.parametrize(
    ("answer", "attempts", "code", "said"),
    [
        (BUSY, 2, "SlowDown", "operation (reached max retries: 1): Reduce your request rate."),
        (error(403, "AccessDenied", "Access &amp; all\n denied"), 1, "AccessDenied", "operation: Access & all denied"),
        (error(400, "KMS.DisabledException"), 1, "KMS.DisabledException", "operation: no"),
        (Answer(403), 1, "403", "operation: Forbidden"),
        (Answer(502, "<html>\n<p>a proxy</p>"), 1, "502", "operation: Bad Gateway"),
    ],
)
def test_a_refusal_is_one_line(run_worker: RunWorker, answer: Answer, attempts: int, code: str, said: str) -> None:
    with serving(lambda _: answer) as s3:
        place = {"AWS_ENDPOINT_URL": s3.url, "AWS_MAX_ATTEMPTS": str(attempts)}
        done = run_worker("handlers.echo:handler", **JOB, **place)
    assert done.returncode == 1
    result = "worker: the result of item 0 cannot be written: s3://results/run/0.json"
    assert done.stderr == f"{result}: An error occurred ({code}) when calling the PutObject {said}\n"
    assert len(s3.requests) == attempts


def test_a_connection_that_is_closed_is_told(run_worker: RunWorker) -> None:
    with serving(lambda _: SILENCE) as s3:
        done = run_worker("handlers.echo:handler", **JOB, AWS_ENDPOINT_URL=s3.url, AWS_MAX_ATTEMPTS="1")
    assert (
        f'Connection was closed when calling the PutObject operation on endpoint URL: "{s3.url}/results"' in done.stderr
    )
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        (
            {"AWS_ENDPOINT_URL": "localhost:9000"},
            "AWS_ENDPOINT_URL must look like https://host or http://host:port; it",
        ),
        (
            {"AWS_ENDPOINT_URL_S3": "http://a b"},
            "AWS_ENDPOINT_URL_S3 must look like https://host or http://host:port; it",
        ),
        ({"AWS_REGION": "somewhere else"}, "AWS_REGION must be a region such as us-east-1; it is 'somewhere else'"),
        ({"AWS_CA_BUNDLE": __file__}, "AWS_CA_BUNDLE has no certificates in PEM: "),
        (
            {"SSL_CERT_FILE": "/absent", "SSL_CERT_DIR": "/absent"},
            "0.json: builder error (No CA certificates were loaded from the system)",
        ),
        ({"AWS_MAX_ATTEMPTS": "0"}, "AWS_MAX_ATTEMPTS must be a whole number, 1 or more; it is '0'"),
        ({"RESULTS_URI": "s3://no such bucket/run"}, "the bucket 'no such bucket' has a name that none can have"),
        (
            {"AWS_ENDPOINT_URL": "http://nowhere.invalid", "AWS_MAX_ATTEMPTS": "1"},
            'Could not connect to the endpoint URL: "http://nowhere.invalid/results" (failed to lookup address',
        ),
    ],
)
def test_a_wrong_variable_is_one_line(run_worker: RunWorker, variables: dict[str, str], said: str) -> None:
    done = run_worker("handlers.echo:handler", **{**JOB, **variables})
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_slow_s3_is_told(silent: tuple[str, threading.Event], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**KEYS, "AWS_ENDPOINT_URL": silent[0], "AWS_MAX_ATTEMPTS": "2"}.items():
        monkeypatch.setenv(name, value)
    said = r"Timeout when calling the GetObject operation \(reached max retries: 1\) on endpoint URL: .*/results\""
    with pytest.raises(S3RefusalError, match=f"^{said}$"):
        s3_obstore._request("results", "key", "GetObject", lambda store: s3_obstore.obstore.get(store, "key"), 1)


def test_a_job_that_waits_for_s3_is_stopped_at_once(
    start_worker: StartWorker, silent: tuple[str, threading.Event]
) -> None:
    process = start_worker("handlers.echo:handler", ITEMS_URI="s3://results/items", AWS_ENDPOINT_URL=silent[0], **KEYS)
    assert silent[1].wait(20)
    asked = time.monotonic()
    os.kill(process.pid, signal.SIGTERM)
    assert process.wait(20) == 143
    assert time.monotonic() - asked < 5


@pytest.mark.parametrize(
    ("absent", "returncode", "said"),
    [
        (["obstore"], 0, ""),
        (["botocore"], 0, ""),
        (["obstore", "botocore"], 1, "and botocore is not installed: install obstore in this image\n"),
    ],
)
def test_either_package_will_do(
    run_worker: RunWorker,
    write_handler: WriteHandler,
    *,
    aws: dict[str, str],
    objects: Objects,
    absent: list[str],
    returncode: int,
    said: str,
) -> None:
    directory = write_handler("def handler(item, context):\n    return item\n")
    for name in absent:
        (directory / f"{name}.py").write_text(f'raise ImportError("No module named {name!r}")\n')
    prefix = "-".join(absent)
    done = run_worker("job:handler", cwd=directory, ITEMS="[1]", RESULTS_URI=f"s3://{BUCKET}/{prefix}", **aws)
    assert done.returncode == returncode
    assert done.stderr.endswith(said)
    assert done.stderr.count("\n") == bool(said)
    assert objects.keys(prefix) == ([] if returncode else [f"{prefix}/0.json"])


@pytest.mark.parametrize("botocore", [True, False])
def test_a_forked_process_does_not_hang(
    run_worker: RunWorker, write_handler: WriteHandler, *, aws: dict[str, str], objects: Objects, botocore: bool
) -> None:
    directory = write_handler("""
import multiprocessing
from worker import s3
def handler(item, context):
    with multiprocessing.get_context("fork").Pool(1) as pool:
        pool.map(write, [item])
def write(uri):
    s3.write(uri, b"forked")
""")
    if not botocore:
        (directory / "botocore.py").write_text("raise ImportError('No module named botocore')\n")
    uri = objects.put("forks/items.json", json.dumps({"items": [f"s3://{BUCKET}/forks/{botocore}"]}))
    done = run_worker("job:handler", cwd=directory, ITEMS_URI=uri, **aws)
    if botocore:
        assert (done.returncode, objects.get(f"forks/{botocore}")) == (0, b"forked")
    else:
        assert done.returncode == 1
        assert "obstore makes no requests in a forked process, as it does in a spawned one" in done.stderr


def test_s3_takes_neither_botocore_nor_what_is_slow(
    run_worker: RunWorker, write_handler: WriteHandler, aws: dict[str, str], objects: Objects
) -> None:
    source = "import sys\ndef handler(item, context):\n    return sorted(sys.modules)\n"
    uri = objects.put("imports/items.json", '{"items": [1]}')
    done = run_worker("job:handler", cwd=write_handler(source), ITEMS_URI=uri, **aws)
    slow = {"asyncio", "botocore", "email", "http.client", "inspect", "pathlib", "ssl", "threading", "urllib.parse"}
    imported = set(json.loads(done.stdout))
    assert imported & {"obstore", *slow} == {"obstore"}
