"""``constructs-lib local advance`` lets the time of a running instance pass, and its schedules be due."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

pytestmark = pytest.mark.local

PROGRAM = [str(Path(sys.executable).parent / "constructs-lib"), "local"]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which no other instance is found."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {**others, "XDG_RUNTIME_DIR": str(tmp_path_factory.mktemp("state"))}


@pytest.fixture(scope="module")
def url(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    output = str(tmp_path_factory.mktemp("up"))
    argv = [*PROGRAM, "up", "--virtual-time", "--keys", "local/local", "--output", output]
    with subprocess.Popen(argv, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().removeprefix("ready ").strip()
        process.terminate()


def advance(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    argv = [*PROGRAM, "advance", *arguments]
    return subprocess.run(argv, env=environment, capture_output=True, text=True, check=False)


def client(url: str, service: str) -> Any:
    return boto3.Session("local", "local", region_name="us-east-1").client(service, endpoint_url=url)


def test_schedules_are_due_as_time_passes(url: str, environment: dict[str, str]) -> None:
    sqs = client(url, "sqs")
    queue = sqs.create_queue(QueueName="told")["QueueUrl"]
    events = client(url, "events")
    events.put_rule(Name="hourly", ScheduleExpression="rate(1 hour)")
    events.put_targets(Rule="hourly", Targets=[{"Id": "1", "Arn": "arn:aws:sqs:us-east-1:123456789012:told"}])
    first = advance(environment, "1d2h")
    assert first.returncode == 0, first.stderr
    found: list[str] = []
    while received := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
        found += [json.loads(message["Body"])["detail-type"] for message in received]
    assert found == ["Scheduled Event"] * 26
    second = advance(environment, "90s", "--endpoint", url)
    moments = [datetime.fromisoformat(result.stdout.strip()) for result in (first, second)]
    assert timedelta(seconds=89) <= moments[1] - moments[0] <= timedelta(seconds=91)


def test_an_instance_by_the_time_of_the_machine_refuses(
    environment: dict[str, str], tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    own = {**environment, "XDG_RUNTIME_DIR": str(tmp_path_factory.mktemp("other"))}
    argv = [*PROGRAM, "up", "--output", str(tmp_path)]
    with subprocess.Popen(argv, env=own, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        refused = advance(own, "1d")
        process.terminate()
    assert refused.returncode == 2
    assert "start it with `constructs-lib local up --virtual-time`" in " ".join(refused.stderr.split())
