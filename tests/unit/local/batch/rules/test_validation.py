"""Requests that did not pass boto3's own checks: of state machines, templates and other languages' SDKs."""

from typing import Any

import pytest

from constructs_lib.local.batch.errors import BatchError
from constructs_lib.local.batch.rules.validation import checked

JOB = {"jobName": "a", "jobQueue": "b", "jobDefinition": "c"}


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (
            {"jobName": "a", "jobQueue": "b"},
            "Error executing request, Exception : jobDefinition must be provided., Req",
        ),
        ({**JOB, "jobName": None}, "jobName must be provided"),
        ({**JOB, "arrayProperties": {"size": "5"}}, "JSON parsing: arrayProperties.size must be an integer, got '5'"),
        ({**JOB, "arrayProperties": {"size": True}}, "arrayProperties.size must be an integer"),
        ({**JOB, "propagateTags": "yes"}, "propagateTags must be true or false, got 'yes'"),
        ({**JOB, "tags": []}, r"tags must be an object, got \[\]"),
        ({**JOB, "tags": {"a": 1}}, "tags.a must be a string, got 1"),
        ({**JOB, "dependsOn": {}}, "dependsOn must be a list"),
        (
            {**JOB, "dependsOn": [{"type": "LATER"}]},
            r"dependsOn\[0\].type: LATER is not valid. Valid values: N_TO_N, SEQ",
        ),
        (
            {**JOB, "retryStrategy": {"evaluateOnExit": [{}]}},
            r"retryStrategy.evaluateOnExit\[0\].action must be provided",
        ),
    ],
)
def test_a_wrong_member_is_named(request_: dict[str, Any], message: str) -> None:
    with pytest.raises(BatchError, match=message) as caught:
        checked("SubmitJob", request_)
    assert (caught.value.code, caught.value.status) == ("ClientException", 400)


def test_a_good_request_stays_as_it_is() -> None:
    request = {**JOB, "tags": {"a": "1"}, "containerOverrides": {"command": ["x"], "environment": [{"name": "N"}]}}
    assert checked("SubmitJob", request) == request


def test_enumerations_get_the_spelling_of_the_service() -> None:
    compute = {"type": "fargate_spot", "maxvCpus": 1, "subnets": []}
    request = {"computeEnvironmentName": "e", "type": "managed", "computeResources": compute}
    made = checked("CreateComputeEnvironment", request)
    assert (made["type"], made["computeResources"]["type"]) == ("MANAGED", "FARGATE_SPOT")


def test_what_the_operation_does_not_know_is_ignored_as_by_aws() -> None:
    assert checked("SubmitJob", {**JOB, "colour": "blue", "timeout": None}) == JOB


def test_weights_may_be_whole_numbers() -> None:
    shares = [{"shareIdentifier": "a", "weightFactor": 1}]
    request = {"name": "p", "fairsharePolicy": {"shareDistribution": shares}}
    assert checked("CreateSchedulingPolicy", request) == request
