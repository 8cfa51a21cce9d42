"""Jobs in real containers."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.runners.container import ContainerEngine
from constructs_lib.local.runners.container.leftovers import remove_leftovers
from tests.conformance.batch_account import BatchAccount
from tests.local.conftest import Run
from tests.local.engines import IMAGE

pytestmark = pytest.mark.local

HANDLES_SIGTERM = """
import signal, sys, time
def asked(*_):
    print("asked", flush=True)
    sys.exit(7)
signal.signal(signal.SIGTERM, asked)
print("ready", flush=True)
time.sleep(60)
"""
LOOKS_AROUND = """
import json, os, pathlib
def writable(path):
    try:
        pathlib.Path(path, "file").write_text("x")
    except OSError:
        return False
    return True
print(json.dumps({"user": os.getuid(), "root": writable("/"), "tmpfs": writable("/scratch"), "pid": os.getpid()}))
"""


@pytest.fixture(scope="module")
def aws(engine: ContainerEngine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    with EmbeddedAws(tmp_path_factory.mktemp("run"), runner="container", iam=False) as made:
        yield made
        jobs = [leaf.id for leaf in made.batch.leaves()]
    names = engine.call("ps", "--all", "--format", "{{.Names}}")
    assert [job for job in jobs if job.replace(":", "-") in names] == []


@pytest.fixture(scope="module")
def account(aws: EmbeddedAws) -> BatchAccount:
    return BatchAccount(aws)


@pytest.fixture(scope="module")
def queue(account: BatchAccount) -> str:
    return account.queue()


def output(aws: EmbeddedAws, job: dict[str, Any]) -> list[str]:
    """What a job wrote, as CloudWatch Logs has it."""
    stream = job["attempts"][-1]["container"]["logStreamName"]
    events = aws.client("logs").get_log_events(logGroupName="/aws/batch/job", logStreamName=stream)["events"]
    return [event["message"] for event in events]


def submit(account: BatchAccount, queue: str, *command: str, **container: Any) -> str:
    definition = account.definition(*command, container={"image": IMAGE, **container})
    return account.submit(queue, definition=definition)


def test_an_array_of_our_stack_runs_in_the_image_that_its_dockerfile_makes(run: Run) -> None:
    outcome = run("AnswerArrayFanOut", ["a", "b"])
    assert (outcome.status, outcome.cause) == ("SUCCEEDED", None)
    # Read from S3, where the containers have put it.
    assert outcome.results == {0: {"got": "a"}, 1: {"got": "b"}}


def test_exit_code_and_output(aws: EmbeddedAws, account: BatchAccount, queue: str) -> None:
    job = account.ended(submit(account, queue, "sh", "-c", "echo one; echo two >&2; exit 3"))
    assert (job["status"], job["statusReason"]) == ("FAILED", "Essential container in task exited")
    assert job["container"]["exitCode"] == 3
    assert output(aws, job) == ["one", "two"]


def test_user_file_system_and_tmpfs(aws: EmbeddedAws, account: BatchAccount, queue: str) -> None:
    tmpfs = {"containerPath": "/scratch", "size": 8, "mountOptions": ["mode=1777"]}
    job = account.ended(
        submit(
            account,
            queue,
            *("python", "-c", LOOKS_AROUND),
            user="1234",
            readonlyRootFilesystem=True,
            linuxParameters={"tmpfs": [tmpfs]},
        )
    )
    [line] = output(aws, job)
    assert json.loads(line) == {"user": 1234, "root": False, "tmpfs": True, "pid": 1}


def test_jobs_share_the_disk_of_their_instance(aws: EmbeddedAws, account: BatchAccount, queue: str) -> None:
    shared = {
        "volumes": [{"name": "data", "host": {"sourcePath": "/mnt/data"}}],
        "mountPoints": [{"sourceVolume": "data", "containerPath": "/data"}],
    }
    account.ended(submit(account, queue, "sh", "-c", "echo from the first > /data/file", **shared))
    second = account.ended(submit(account, queue, "cat", "/data/file", **shared))
    assert output(aws, second) == ["from the first"]


def test_terminating_a_job_lets_it_end_by_itself(aws: EmbeddedAws, account: BatchAccount, queue: str) -> None:
    job_id = submit(account, queue, "python", "-c", HANDLES_SIGTERM)
    job = account.reach(job_id, "RUNNING")
    while not _written(aws, job_id):
        pass
    account.batch.terminate_job(jobId=job_id, reason="enough")
    job = account.ended(job_id)
    assert (job["status"], job["statusReason"], job["container"]["exitCode"]) == ("FAILED", "enough", 7)
    assert output(aws, job) == ["ready", "asked"]


def test_more_memory_than_the_job_has(account: BatchAccount, queue: str, engine: ContainerEngine) -> None:
    if not engine.limits_memory:
        pytest.skip("this engine cannot limit memory here")
    resources = [{"type": "VCPU", "value": "2"}, {"type": "MEMORY", "value": "64"}]
    job = account.ended(submit(account, queue, "python", "-c", "bytearray(200 << 20)", resourceRequirements=resources))
    assert job["container"]["exitCode"] == 137
    assert job["container"]["reason"] == "OutOfMemoryError: Container killed due to memory usage"


def test_a_program_that_is_not_in_the_image(account: BatchAccount, queue: str) -> None:
    job = account.ended(submit(account, queue, "no-such-program"))
    assert job["container"]["reason"].startswith("CannotStartContainerError: ")
    assert "no-such-program" in job["container"]["reason"]
    assert "exitCode" not in job["container"]
    assert "startedAt" not in job


def test_an_image_that_nobody_has(account: BatchAccount, queue: str) -> None:
    image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/things:v1"
    job = account.ended(submit(account, queue, "true", image=image))
    assert job["container"]["reason"].startswith("CannotPullContainerError: ")
    assert "things:v1: not found" in job["container"]["reason"]


def test_a_container_survives_the_sigkill_of_its_embedded_aws_no_longer_than_to_the_next_start(
    engine: ContainerEngine,
) -> None:
    script = (
        "import os, sys; from constructs_lib.local.runners.container import find_engine; "
        "from constructs_lib.local.runners.container.leftovers import Owner; "
        "engine, owner = find_engine(), Owner(); "
        "print(engine.call('create', *owner.words, *engine.create_words, sys.argv[1], 'sleep', '60'), flush=True); "
        "os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run([sys.executable, "-c", script, IMAGE], capture_output=True, text=True, check=False)
    left = killed.stdout.strip()
    assert left, killed.stderr
    remove_leftovers(engine)
    assert left not in engine.call("ps", "--all", "--quiet", "--no-trunc")


def _written(aws: EmbeddedAws, job_id: str) -> bool:
    [leaf] = [leaf for leaf in aws.batch.leaves() if leaf.id == job_id]
    log: Path = aws.processes.log(leaf)
    return "ready" in log.read_text()
