"""The worker as AWS Batch starts it: a process of its own, told everything by its environment."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import boto3
import pytest
from moto.moto_api._internal.models import moto_api_backend
from moto.server import ThreadedMotoServer

CONTAINER = Path(__file__).parents[3] / "container"
BUCKET = "worker-tests"


class RunWorker(Protocol):
    """Runs ``python -m worker`` with these arguments and variables."""

    def __call__(
        self, *arguments: str, cwd: Path = CONTAINER, isolated: bool = False, **variables: str
    ) -> subprocess.CompletedProcess[str]: ...


class StartWorker(Protocol):
    """As RunWorker, without waiting for the end."""

    def __call__(self, *arguments: str, **variables: str) -> subprocess.Popen[str]: ...


WriteHandler = Callable[[str], Path]


class Objects:
    """The bucket of the tests."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def put(self, key: str, content: bytes | str) -> str:
        self._client.put_object(Bucket=BUCKET, Key=key, Body=content)
        return f"s3://{BUCKET}/{key}"

    def get(self, key: str) -> bytes:
        return self._client.get_object(Bucket=BUCKET, Key=key)["Body"].read()

    def json(self, key: str) -> Any:
        return json.loads(self.get(key))

    def kind(self, key: str) -> str:
        return self._client.head_object(Bucket=BUCKET, Key=key)["ContentType"]

    def keys(self, prefix: str) -> list[str]:
        found = self._client.list_objects_v2(Bucket=BUCKET, Prefix=prefix)
        return [entry["Key"] for entry in found.get("Contents", [])]


def _clean_environment(variables: Mapping[str, str], cwd: Path) -> dict[str, str]:
    """What a job finds: beside its variables, the worker in the working directory or, elsewhere, on Python's path."""
    kept = ("HOME", "LANG", "PATH", "VIRTUAL_ENV")
    path = {} if cwd == CONTAINER else {"PYTHONPATH": str(CONTAINER)}
    inherited = {name: os.environ[name] for name in kept if name in os.environ}
    return {**inherited, **path, **variables}


@pytest.fixture
def run_worker() -> RunWorker:
    def run(
        *arguments: str, cwd: Path = CONTAINER, isolated: bool = False, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            # Isolated: what the virtual environment imports at every start of Python is no part of the image.
            [sys.executable, *(["-S"] if isolated else []), "-m", "worker", *arguments],
            cwd=cwd,
            env=_clean_environment(variables, cwd),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    return run


@pytest.fixture
def start_worker(tmp_path: Path) -> Iterator[StartWorker]:
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str, **variables: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "worker", *arguments],
            cwd=tmp_path,
            env=_clean_environment(variables, tmp_path),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def aws() -> Iterator[dict[str, str]]:
    """The variables that lead every SDK to an S3 in this process."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    yield {
        "AWS_ENDPOINT_URL": f"http://localhost:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "eu-central-1",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_MAX_ATTEMPTS": "1",
    }
    server.stop()
    moto_api_backend.reset()  # moto's state is one per process, and other files have servers of their own


@pytest.fixture(scope="module")
def objects(aws: dict[str, str]) -> Objects:
    client = boto3.client(
        "s3",
        endpoint_url=aws["AWS_ENDPOINT_URL"],
        region_name=aws["AWS_REGION"],
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 - moto takes any
    )
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": aws["AWS_REGION"]})
    return Objects(client)


@pytest.fixture
def write_handler(tmp_path: Path) -> WriteHandler:
    """Writes a module ``job.py`` to a directory of its own, and returns that."""

    def write(source: str) -> Path:
        (tmp_path / "job.py").write_text(source, encoding="utf-8")
        return tmp_path

    return write
