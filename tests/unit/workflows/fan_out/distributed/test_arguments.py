"""DistributedFanOut: arguments that it hands on, and those that it refuses."""

from typing import Any

import pytest
from aws_cdk import Duration, Stack

from constructs_lib import ConfigurationError, DistributedFanOut, ItemSource
from tests.unit.workflows.distributed_maps import DistributedExecution
from tests.unit.workflows.fan_out.array.test_array_fan_out import environment, succeed
from tests.unit.workflows.synthesized import definition, job, new_stack, queue, resources_of, state_machine, statements


def test_options_reach_aws() -> None:
    def build(stack: Stack) -> None:
        fan_out = DistributedFanOut(
            stack,
            "Scenes",
            job=job(stack),
            queue=queue(stack),
            items=ItemSource.from_input("{% $states.input.scenes %}"),
            batch_size=2,
            batch_bytes=20_000,
            max_concurrency=7,
            environment={"YEAR": "2026", "REGION": "{% $states.input.region %}"},
            job_name="{% 'scenes-' & $states.input.index %}",
            attempts=2,
            timeout=Duration.minutes(5),
            tags={"Team": "maps"},
            share_identifier="maps",
            scheduling_priority=7,
            propagate_tags=True,
        )
        state_machine(stack, fan_out)

    resources = resources_of(build)
    machine = definition(resources)
    submitted: list[dict[str, Any]] = []
    execution = DistributedExecution({"submitJob.sync": lambda given: submitted.append(given) or succeed(given)})  # type: ignore[func-returns-value]
    execution.run(machine, {"scenes": [1, 2, 3], "region": "alps"})

    state = machine["States"]["Scenes: Run batches"]
    assert (state["MaxConcurrency"], state["ItemBatcher"]["MaxInputBytesPerBatch"]) == (7, 20_000)
    assert [submit["JobName"] for submit in submitted] == ["scenes-0", "scenes-2"]
    for submit in submitted:
        assert (environment(submit)["YEAR"], environment(submit)["REGION"]) == ("2026", "alps")
        assert (submit["RetryStrategy"], submit["Timeout"]) == ({"Attempts": 2}, {"AttemptDurationSeconds": 300})
        assert submit["Tags"] == {"Team": "maps", "constructs-lib:submitted-by": "Stack/Scenes"}
        assert (submit["ShareIdentifier"], submit["SchedulingPriorityOverride"]) == ("maps", 7)
        assert submit["PropagateTags"] is True


def test_an_expression_for_the_share_is_evaluated_where_the_input_is() -> None:
    def build(stack: Stack) -> None:
        team = "{% $states.input.team %}"
        state_machine(
            stack, DistributedFanOut(stack, "Tiles", job=job(stack), queue=queue(stack), share_identifier=team)
        )

    states = definition(resources_of(build))["States"]
    batches = states["Tiles: Run batches"]
    assert states["Tiles: Read items"]["Output"]["shareIdentifier"] == "{% $states.input.team %}"
    assert batches["ItemBatcher"]["BatchInput"]["shareIdentifier"] == "{% $states.input.shareIdentifier %}"
    submits = [state for state in batches["ItemProcessor"]["States"].values() if "JobQueue" in str(state)]
    assert {state["Arguments"]["ShareIdentifier"] for state in submits} == {
        "{% $states.context.Execution.Input.BatchInput.shareIdentifier %}"
    }


def test_the_role_can_do_what_the_states_do_and_no_more() -> None:
    resources = resources_of(
        lambda stack: state_machine(stack, DistributedFanOut(stack, "Tiles", job=job(stack), queue=queue(stack)))
    )
    rights = statements(resources)

    assert {action for statement in rights.values() for action in statement["Action"]} == {
        "batch:DescribeJobs",
        "batch:ListJobs",
        "batch:SubmitJob",
        "batch:TagResource",
        "batch:TerminateJob",
        "events:DescribeRule",
        "events:PutRule",
        "events:PutTargets",
        "s3:AbortMultipartUpload",
        "s3:GetObject",
        "s3:ListMultipartUploadParts",
        "s3:PutObject",
    }
    objects = [statement["Resource"] for action, statement in rights.items() if action.startswith("s3:")]
    assert set(objects) == {"<FanOutBucket6B15AD43.Arn>/fan-out/*"}


@pytest.mark.parametrize(
    ("argument", "value", "message"),
    [
        ("batch_size", 0, r"batch_size: got 0, a batch is one array job, of 1 to 10,000 items"),
        ("batch_size", 10_001, r"got 10,001"),
        ("batch_bytes", 100, r"batch_bytes: got 100, a batch is one payload, of 16,384 to 196,608 bytes"),
        ("batch_bytes", 262_144, r"got 262,144"),
        ("max_concurrency", 0, r"max_concurrency: got 0, a Distributed Map runs 1 to 10,000 executions at a time"),
        ("tolerated_failures", -1, r"tolerated_failures: got -1"),
        ("tolerated_failure_percentage", 101.0, r"tolerated_failure_percentage: got 101, a percentage is 0 to 100"),
        ("tolerated_failure_percentage", -0.5, r"got -0\.5"),
        ("environment", {"ITEM_INDEX": "1"}, r"got the variable ITEM_INDEX"),
        ("job_name", "a b", r"job_name: got 'a b'"),
        ("attempts", 11, r"attempts: got 11"),
    ],
)
def test_what_aws_would_refuse_is_refused(argument: str, value: Any, message: str) -> None:
    stack = new_stack()
    with pytest.raises(ConfigurationError, match=message):
        DistributedFanOut(stack, "Tiles", job=job(stack), queue=queue(stack), **{argument: value})


def test_an_id_that_makes_the_names_of_states_too_long_is_refused() -> None:
    stack = new_stack()
    parts: dict[str, Any] = {"job": job(stack), "queue": queue(stack)}
    longest = DistributedFanOut(stack, "x" * 56, **parts)
    names = [child.state_id for child in longest.node.children if hasattr(child, "state_id")]
    assert max(map(len, names)) == 80
    with pytest.raises(ConfigurationError, match="an id of 57 characters"):
        DistributedFanOut(stack, "x" * 57, **parts)
