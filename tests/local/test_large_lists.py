"""Large lists from S3 through a distributed fan-out, in virtual time: 30,000 items, and 200,000 in `make nightly`."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from constructs_lib.local.apps.assembly import Assembly
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.clocks.virtual_clock import VirtualClock
from constructs_lib.local.runners import Ending
from constructs_lib.local.runners.simulated import SimulatedRunner
from constructs_lib.local.runs.execution import Execution
from constructs_lib.local.scheduler.jobs.job import Job
from tests.properties import NIGHTLY

pytestmark = [pytest.mark.local, pytest.mark.larger_at_night]

ITEMS = 200_000 if NIGHTLY else 30_000
BATCH = 1_000
MINUTE = 60.0


def behave(job: Job) -> tuple[float, Ending]:
    """Ten minutes an item; the eighth of each batch fails."""
    return 10 * MINUTE, Ending(1 if job.index == 7 else 0)


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    clock = VirtualClock(1_800_000_000.0)
    runner = SimulatedRunner(behave, clock)
    with EmbeddedAws(tmp_path_factory.mktemp("run"), clock=clock, runner=runner) as made:
        yield made


def test_each_item_of_a_large_list_is_accounted_for(aws: EmbeddedAws, assembly: Assembly) -> None:
    resources = aws.deploy(assembly.stack("DistributedPipelines")).resources

    def physical_id(kind: str, prefix: str) -> str:
        [found] = [name for key, (is_, name) in resources.items() if is_ == kind and key.startswith(prefix)]
        return found

    lines = "".join(json.dumps({"id": index}) + "\n" for index in range(ITEMS))
    bucket = physical_id("AWS::S3::Bucket", "Data")
    aws.client("s3").put_object(Bucket=bucket, Key="lists/large.jsonl", Body=lines.encode())
    machine = physical_id("AWS::StepFunctions::StateMachine", "HugeStateMachine")

    execution = Execution(aws, machine, {})
    outcome = execution.wait()

    assert outcome.output is not None, (outcome.error, outcome.cause)
    failed = [start + 7 for start in range(0, ITEMS, BATCH)]
    summary: dict[str, Any] = outcome.output
    assert (summary["total"], summary["succeeded"], summary["failed"]) == (ITEMS, ITEMS - len(failed), len(failed))
    assert summary["failedIndexes"] == failed
    assert len(set(summary["jobIds"])) == ITEMS // BATCH
    described = aws.client("stepfunctions").describe_execution(executionArn=execution.arn)
    hours = (described["stopDate"] - described["startDate"]).total_seconds() / 60 / MINUTE
    assert hours == pytest.approx(ITEMS / 1024 / 6, rel=0.1), "1,024 jobs at a time, six times an hour"
    assert aws.iam.denials == []
