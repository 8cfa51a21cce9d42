from typing import Any

import pytest

from constructs_lib.local.scheduler.jobs.attempt import Attempt
from constructs_lib.local.scheduler.jobs.retry import retries
from tests.unit.resources import job

Template = dict[str, Any]

EXITED = "Essential container in task exited"
RECLAIMED = "Host EC2 (instance i-0123456789abcdef0) terminated."
SPOT_TASK = "Your Spot Task was interrupted."
NO_IMAGE = "CannotPullContainerError: Error response from daemon: net/http: request canceled"
NO_CONTAINER = "CannotCreateContainerError: API error (500): devmapper: Thin Pool has too few free data blocks"
NO_START = "CannotStartContainerError: failed to get container status: context deadline exceeded"
TOO_LATE = "DockerTimeoutError: Could not transition to created; timed out after waiting 4m0s"
NO_AGENT = "Task stopped: the container agent is disconnected."
NO_REGISTRY = "ResourceInitializationError: unable to pull secrets or registry auth: timeout"


def again(template: Template, construct_id: str, **failure: Any) -> bool:
    """Whether AWS Batch would start another attempt after a failure, by the rules that the embedded AWS has too."""
    strategy = job(template, construct_id)["RetryStrategy"]
    conditions = [
        {key[0].lower() + key[1:]: value for key, value in each.items()} for each in strategy["EvaluateOnExit"]
    ]
    attempt = Attempt("environment", "stream", **failure)
    return retries(attempt, made=1, allowed=strategy["Attempts"], conditions=conditions)


@pytest.mark.parametrize("construct_id", ["OnEc2", "OnFargate"])
@pytest.mark.parametrize("text", [NO_IMAGE, NO_CONTAINER, NO_START, TOO_LATE, NO_REGISTRY])
def test_what_never_started_is_tried_again(default: Template, construct_id: str, text: str) -> None:
    assert again(default, construct_id, status_reason="Task failed to start", reason=text)
    assert again(default, construct_id, status_reason=text)


@pytest.mark.parametrize(
    ("construct_id", "failure"),
    [
        ("OnEc2", {"status_reason": RECLAIMED}),
        ("OnEc2", {"status_reason": NO_AGENT}),
        ("OnEc2", {"status_reason": f"{EXITED} - CannotInspectContainerError: timed out after waiting 30s"}),
        ("OnEc2", {"status_reason": RECLAIMED, "exit_code": 143}),
        ("OnFargate", {"status_reason": SPOT_TASK, "exit_code": 143}),
    ],
)
def test_failures_of_the_infrastructure_are_tried_again(
    default: Template, construct_id: str, failure: dict[str, Any]
) -> None:
    assert again(default, construct_id, **failure)


@pytest.mark.parametrize("construct_id", ["OnEc2", "OnFargate"])
@pytest.mark.parametrize(
    "failure",
    [
        {"status_reason": EXITED, "exit_code": 1},
        {"status_reason": EXITED, "exit_code": 137, "reason": "OutOfMemoryError: Container killed due to memory usage"},
        {"status_reason": EXITED, "exit_code": 139},
        {"status_reason": EXITED},
        {"exit_code": 137, "reason": "OutOfMemoryError: Container killed due to memory usage"},
    ],
)
def test_a_failing_program_is_not(default: Template, construct_id: str, failure: dict[str, Any]) -> None:
    assert not again(default, construct_id, **failure)


@pytest.mark.parametrize("construct_id", ["OnEc2", "OnFargate"])
def test_aws_takes_the_strategy(default: Template, construct_id: str) -> None:
    strategy = job(default, construct_id)["RetryStrategy"]
    assert strategy["Attempts"] == 3
    assert len(strategy["EvaluateOnExit"]) <= 5
    patterns = [value for each in strategy["EvaluateOnExit"] for key, value in each.items() if key != "Action"]
    # https://docs.aws.amazon.com/batch/latest/APIReference/API_EvaluateOnExit.html
    assert all(letter.isalnum() or letter in ".: " for text in patterns for letter in text.removesuffix("*"))
