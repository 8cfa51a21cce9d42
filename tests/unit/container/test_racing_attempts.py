"""Attempts that work on one item at once: the first to write has the result, whole, and the other one says so."""

import json
import threading
import time
from pathlib import Path

import pytest

from tests.unit.container.conftest import BUCKET, Objects, RunWorker, StartWorker, WriteHandler
from tests.unit.container.internet import Answer, Request, error, in_turn, serving
from tests.waiting import until

KEYS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "eu-central-1"}
JOB = {"ITEMS": "[1]", "RESULTS_URI": "s3://results/run", **KEYS}
LOST = "worker: item 0: another attempt wrote its result first: that one stays\n"
EXISTS = error(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold")
WAITING = """
import pathlib, time
def handler(item, context):
    pathlib.Path(f"began-{context.attempt}").touch()
    while not pathlib.Path(f"go-{context.attempt}").exists():
        time.sleep(0.01)
    return str(context.attempt) * 100_000
"""


class OneObject:
    """A place for one object, which takes conditional writes as S3 does: one at a time."""

    def __init__(self, **there: str) -> None:
        self.content: str | None = there.get("content")
        self.written = there.get("written", "0")
        self._lock = threading.Lock()

    def __call__(self, request: Request) -> Answer:
        with self._lock:
            version = f'"{hash(self.content)}"'
            if request.method == "GET":
                if self.content is None:
                    return error(404, "NoSuchKey")
                times = {"Last-Modified": "Wed, 21 Oct 2026 07:28:00 GMT", "x-amz-meta-written": self.written}
                return Answer(200, self.content, {"ETag": version, **times})
            expected = request.headers.get("if-match", version)
            if expected != version or (request.headers.get("if-none-match") and self.content is not None):
                return EXISTS
            self.content, self.written = request.body.decode(), request.headers["x-amz-meta-written"]
            return Answer(200, headers={"ETag": f'"{hash(self.content)}"'})


def _without(directory: Path, absent: str) -> None:
    if absent:
        (directory / f"{absent}.py").write_text(f'raise ImportError("No module named {absent!r}")\n')


@pytest.mark.parametrize("absent", ["", "obstore"])
def test_the_attempt_that_writes_first_has_the_result(
    start_worker: StartWorker,
    write_handler: WriteHandler,
    *,
    aws: dict[str, str],
    objects: Objects,
    absent: str,
) -> None:
    directory = write_handler(WAITING)
    _without(directory, absent)
    job = {"ITEMS": "[1]", "RESULTS_URI": f"s3://{BUCKET}/race-{absent}", **aws}
    first, second = (start_worker("job:handler", AWS_BATCH_JOB_ATTEMPT=str(attempt), **job) for attempt in (1, 2))
    _wait(directory / "began-1", directory / "began-2")

    (directory / "go-2").touch()
    assert (second.communicate(timeout=20)[1], second.returncode) == ("", 0)
    (directory / "go-1").touch()
    assert (first.communicate(timeout=20)[1], first.returncode) == (LOST, 0)
    assert objects.json(f"race-{absent}/0.json") == "2" * 100_000


def test_of_several_that_write_at_once_all_but_one_say_that_they_lost(
    start_worker: StartWorker, write_handler: WriteHandler
) -> None:
    directory = write_handler(WAITING.replace("go-{context.attempt}", "go"))
    s3 = OneObject()
    with serving(s3) as place:
        job = {**JOB, "AWS_ENDPOINT_URL": place.url}
        racing = [start_worker("job:handler", AWS_BATCH_JOB_ATTEMPT=str(attempt), **job) for attempt in range(1, 5)]
        _wait(*(directory / f"began-{attempt}" for attempt in range(1, 5)))
        (directory / "go").touch()
        said = [process.communicate(timeout=30)[1] for process in racing]
    assert [process.returncode for process in racing] == [0] * 4
    assert sorted(said) == ["", LOST, LOST, LOST]
    winner = said.index("") + 1
    assert json.loads(s3.content or "") == str(winner) * 100_000


@pytest.mark.parametrize("absent", ["", "obstore"])
def test_a_result_of_before_is_replaced(run_worker: RunWorker, write_handler: WriteHandler, absent: str) -> None:
    directory = write_handler("def handler(item, context):\n    return 'new'\n")
    _without(directory, absent)
    s3 = OneObject(content='"old"', written=f"{time.time():.6f}")
    with serving(s3) as place:
        done = run_worker("job:handler", cwd=directory, **JOB, AWS_ENDPOINT_URL=place.url)
    assert (done.returncode, done.stderr, s3.content) == (0, "", '"new"')


def test_the_same_result_is_nobody_elses(run_worker: RunWorker) -> None:
    # As when S3 has taken the result, and the answer did not come: what is sent again finds itself.
    result = '{"index": 0, "item": 1}'
    with serving(OneObject(content=result, written=str(time.time() + 60))) as place:
        done = run_worker("handlers.echo:handler", **JOB, AWS_ENDPOINT_URL=place.url)
    assert (done.returncode, done.stderr) == (0, "")


def test_who_may_not_read_what_is_there_replaces_it(run_worker: RunWorker) -> None:
    answers = in_turn(EXISTS, error(403, "AccessDenied"), Answer(200, headers={"ETag": '"e"'}))
    with serving(answers) as place:
        done = run_worker("handlers.echo:handler", **JOB, AWS_ENDPOINT_URL=place.url)
    assert (done.returncode, done.stderr) == (0, "")
    assert [(request.method, request.headers.get("if-none-match")) for request in place.requests] == [
        ("PUT", "*"),
        ("GET", None),
        ("PUT", None),
    ]


def test_a_conflict_is_tried_again(run_worker: RunWorker) -> None:
    conflict, absent = error(409, "ConditionalRequestConflict"), error(404, "NoSuchKey")
    with serving(in_turn(conflict, absent, Answer(200, headers={"ETag": '"e"'}))) as place:
        done = run_worker("handlers.echo:handler", **JOB, AWS_ENDPOINT_URL=place.url)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("absent", ["", "obstore"])
def test_a_store_without_conditional_writes_takes_the_result(
    run_worker: RunWorker, write_handler: WriteHandler, absent: str
) -> None:
    directory = write_handler("def handler(item, context):\n    return item\n")
    _without(directory, absent)
    s3 = OneObject()

    def answer(request: Request) -> Answer:
        return error(501, "NotImplemented") if "if-none-match" in request.headers else s3(request)

    with serving(answer) as place:
        done = run_worker("job:handler", cwd=directory, **JOB, AWS_ENDPOINT_URL=place.url, AWS_MAX_ATTEMPTS="1")
    assert (done.returncode, done.stderr, s3.content) == (0, "", "1")


def _wait(*paths: Path) -> None:
    until(lambda: all(path.exists() for path in paths))
