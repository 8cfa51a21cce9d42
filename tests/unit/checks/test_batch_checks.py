"""`BatchChecks` where aws-cdk-lib asks for findings: what it tells, and how an app accepts it."""

import json
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import Acknowledgment, App, NestedStack, Size, Stack, Validations
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from constructs_lib import BatchChecks
from constructs_lib.checks.checking import find
from constructs_lib.checks.model.files import read_files


def pipeline(scope: Construct, memory: int, *, attempts: int = 3) -> batch.EcsJobDefinition:
    """A rule that submits a job to instances of 8 GiB, in constructs of aws-cdk-lib alone."""
    types = [ec2.InstanceType("m5.large")]
    environment = batch.ManagedEc2EcsComputeEnvironment(
        scope,
        "Environment",
        vpc=ec2.Vpc(scope, "Vpc", max_azs=2, nat_gateways=0, restrict_default_security_group=False),
        vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC),
        instance_types=types,
        use_optimal_instance_classes=False,
    )
    queue = batch.JobQueue(scope, "Queue")
    queue.add_compute_environment(environment, 1)
    container = batch.EcsEc2ContainerDefinition(
        scope,
        "Container",
        image=ecs.ContainerImage.from_registry("busybox"),
        cpu=1,
        memory=Size.mebibytes(memory),
    )
    job = batch.EcsJobDefinition(scope, "Job", container=container, retry_attempts=attempts)
    target = targets.BatchJob(queue.job_queue_arn, queue, job.job_definition_arn, job)
    events.Rule(scope, "Daily", schedule=events.Schedule.expression("rate(1 day)")).add_target(target)
    return job


def app_at(directory: Path) -> App:
    app = App(outdir=str(directory), analytics_reporting=False)
    Validations.of(app).add_plugins(BatchChecks())
    return app


def told(directory: Path) -> dict[str, Any]:
    [plugin] = json.loads((directory / "validation-report.json").read_text())["pluginReports"]
    assert plugin["pluginName"] == "BatchChecks"
    found: dict[str, Any] = plugin
    return found


def test_an_error_ends_the_synthesis_and_names_the_construct_and_the_property(tmp_path: Path) -> None:
    app = app_at(tmp_path)
    pipeline(Stack(app, "Charts"), 8192)
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()
    [error] = [each for each in told(tmp_path)["violations"] if each["severity"] == "error"]
    [place] = error["violatingConstructs"]
    assert error["ruleName"] == "CHECK101"
    assert "m5.large has 7,955 MiB for jobs" in error["description"]
    assert place["constructPath"].startswith("Charts/Job")
    assert place["cloudFormationResource"]["propertyPaths"] == ["Properties.ContainerProperties"]


def test_what_is_acknowledged_is_silent_here_and_for_the_command(tmp_path: Path) -> None:
    app = app_at(tmp_path)
    job = pipeline(Stack(app, "Charts"), 8192)
    reason = "The environment gets larger types next week."
    Validations.of(job).acknowledge(Acknowledgment(id="BatchChecks::CHECK101", reason=reason))
    app.synth()
    [accepted] = [each for each in told(tmp_path)["suppressedViolations"] if each["ruleName"] == "CHECK101"]
    assert accepted["reason"] == reason
    assert "CHECK101" not in {finding.rule.id for finding in find(read_files([tmp_path]))}
    assert "CHECK101" in {finding.rule.id for finding in find(read_files([tmp_path]), acknowledged=True)}


def test_warnings_are_told_and_do_not_end_the_synthesis(tmp_path: Path) -> None:
    app = app_at(tmp_path)
    pipeline(Stack(app, "Charts"), 4096)
    app.synth()
    # aws-cdk-lib has no severity of its own for a note.
    assert {each["severity"] for each in told(tmp_path)["violations"]} == {"warning", "custom"}
    assert "CHECK502" in {each["ruleName"] for each in told(tmp_path)["violations"]}


def test_a_nested_stack_is_told_once(tmp_path: Path) -> None:
    app = app_at(tmp_path)
    pipeline(NestedStack(Stack(app, "Charts"), "Inner"), 8192)
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()
    assert [each["ruleName"] for each in told(tmp_path)["violations"] if each["severity"] == "error"] == ["CHECK101"]
