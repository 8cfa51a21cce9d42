"""How often items run: two objects with one face, chosen once."""

import re
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
from aws_cdk import Size, Stack
from aws_cdk import aws_batch as batch

import constructs_lib
from constructs_lib.workflows.fan_out.jobs.retry_tiers import RetryTiers
from constructs_lib.workflows.fan_out.jobs.run_in_rounds import RunInRounds
from constructs_lib.workflows.fan_out.jobs.run_once import RunOnce
from constructs_lib.workflows.fan_out.jobs.runs import Runs, runs_of
from constructs_lib.workflows.submit.template import SubmitTemplate
from tests.unit.workflows.synthesized import QUEUE_ARN, job, new_stack, queue

FAN_OUT = Path(constructs_lib.__file__).parent / "workflows" / "fan_out"


def other_queue(stack: Stack) -> batch.IJobQueue:
    return batch.JobQueue.from_job_queue_arn(stack, "Other", QUEUE_ARN.replace("job-queue/", "job-queue/other-"))


def face_of(kind: type) -> set[str]:
    return {name for name in dir(kind) if not name.startswith("_")}


def test_both_have_the_same_face() -> None:
    assert face_of(RunOnce) == face_of(RunInRounds) == face_of(Runs)


def test_items_run_in_rounds_if_there_is_another_queue_or_more_memory() -> None:
    stack = new_stack()
    first = queue(stack)
    assert isinstance(runs_of(RetryTiers(first)), RunOnce)
    assert isinstance(runs_of(RetryTiers(first, memory_steps=[])), RunOnce)
    assert isinstance(runs_of(RetryTiers(first, fallback_queue=other_queue(stack))), RunInRounds)
    assert isinstance(runs_of(RetryTiers(first, memory_steps=[Size.gibibytes(4)])), RunInRounds)


def test_nobody_else_asks_whether_items_may_run_again() -> None:
    asking = {path.name for path in FAN_OUT.rglob("*.py") if re.search(r"\.several\b", path.read_text("utf-8"))}
    assert asking == {"runs.py"}


def test_a_round_is_a_copy_of_the_template() -> None:
    stack = new_stack()
    first, other = queue(stack), other_queue(stack)
    template = SubmitTemplate(
        job=job(stack), queue=first, submitted_by="Stack/Tiles", environment="{% $states.input.environment %}"
    )
    again = RunInRounds(RetryTiers(first, other)).submit(template)
    assert (template.further_queues, template.replaced) == ((), {})
    assert again.arguments(stack, "Run")["JobQueue"].startswith("{% $states.input.round<1?")
    assert len(again.statements(stack)) == 2 * len(template.statements(stack))
    assert RunOnce().submit(template) is template
    with pytest.raises(FrozenInstanceError):
        template.job_name = "other"  # type: ignore[misc]
