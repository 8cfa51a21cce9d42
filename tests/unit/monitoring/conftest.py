"""A pipeline whose jobs are measured, synthesized once."""

from typing import Any

import pytest
from aws_cdk import App, Duration, Stack
from aws_cdk import aws_batch as batch
from aws_cdk import aws_kms as kms

from constructs_lib import ArrayFanOut, BatchStateMachine, DistributedFanOut, JobMetrics, MapFanOut
from tests.unit.core.right_calls import Parts

Template = dict[str, Any]

IMPORTED = "arn:aws:batch:us-east-1:123456789012:job-queue/shared"


@pytest.fixture
def parts() -> Parts:
    return Parts(Stack(App(analytics_reporting=False), "Stack"))


def template_of(stack: Stack) -> Template:
    app = stack.node.root
    assert isinstance(app, App)
    template: Template = app.synth().get_stack_by_name(stack.stack_name).template
    return template


@pytest.fixture(scope="session")
def measured() -> Template:
    """Three fan-outs over a queue of the app and an imported one, with all options of `JobMetrics`."""
    parts = Parts(Stack(App(analytics_reporting=False), "Measured"))
    stack = parts.stack
    imported = batch.JobQueue.from_job_queue_arn(stack, "Shared", IMPORTED)
    options = {"job": parts.job, "queue": parts.queue}
    fan_outs = [
        ArrayFanOut(stack, "Tiles", fallback_queue=parts.other_queue, **options),
        MapFanOut(stack, "Scenes", **options),
        DistributedFanOut(stack, "Orders", job_name="order", **options),
    ]
    for fan_out in fan_outs:
        BatchStateMachine(stack, f"{fan_out.node.id}Machine", definition=fan_out)
    JobMetrics(
        stack,
        "JobMetrics",
        queues=[parts.queue, parts.other_queue, imported],
        environments=[parts.fargate],
        fan_outs=fan_outs,
        encryption_key=kms.Key(stack, "Key", enable_key_rotation=True),
        measure_every=Duration.minutes(10),
    )
    return template_of(stack)
