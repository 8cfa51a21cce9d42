"""Rate limits: a consumable resource, what jobs take of it, and quantities that nobody can take."""

from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import CfnParameter, Stack
from aws_cdk import aws_batch as batch
from aws_cdk.assertions import Template

from constructs_lib import ConfigurationError, ContainerJob, RateLimit

Make = Callable[..., ContainerJob]


def test_a_job_takes_from_limits(stack: Stack, make_job: Make) -> None:
    api = RateLimit(stack, "Api", limit=5, rate_limit_name="api")
    licenses = batch.ConsumableResource.from_consumable_resource_arn(
        stack, "Licenses", "arn:aws:batch:eu-west-1:123456789012:consumable-resource/licenses"
    )
    make_job(consumes={api: 1, licenses: 2})
    template = Template.from_stack(stack)
    template.has_resource_properties(
        "AWS::Batch::ConsumableResource",
        {"ConsumableResourceName": "api", "ResourceType": "REPLENISHABLE", "TotalQuantity": 5},
    )
    [job] = template.find_resources("AWS::Batch::JobDefinition").values()
    taken = job["Properties"]["ConsumableResourceProperties"]["ConsumableResourceList"]
    assert [item["Quantity"] for item in taken] == [1, 2]
    assert taken[1]["ConsumableResource"].endswith("consumable-resource/licenses")
    assert taken[0]["ConsumableResource"]["Ref"].startswith("Api")


def test_a_job_takes_nothing_unless_told(stack: Stack, make_job: Make) -> None:
    make_job()
    [job] = Template.from_stack(stack).find_resources("AWS::Batch::JobDefinition").values()
    assert "ConsumableResourceProperties" not in job["Properties"]


@pytest.mark.parametrize("limit", [0, -1])
def test_refuses_a_limit_that_is_none(stack: Stack, limit: Any) -> None:
    with pytest.raises(ConfigurationError, match=rf"RateLimit 'Stack/Api' limit: got {limit}, .* \(QUEUE003\)"):
        RateLimit(stack, "Api", limit=limit)


def test_refuses_a_job_that_takes_nothing(stack: Stack, make_job: Make) -> None:
    api = RateLimit(stack, "Api", limit=5)
    with pytest.raises(ConfigurationError, match=r"consumes\[Api\]: got 0, .* \(QUEUE003\)"):
        make_job(consumes={api: 0})


def test_refuses_a_job_that_takes_more_than_there_is(stack: Stack, make_job: Make) -> None:
    api = RateLimit(stack, "Api", limit=5)
    with pytest.raises(ConfigurationError, match=r"got 6, the limit is 5, and the job would wait forever \(QUEUE004\)"):
        make_job(consumes={api: 6})


def test_a_limit_may_be_a_parameter(stack: Stack, make_job: Make) -> None:
    limit = CfnParameter(stack, "Limit", type="Number").value_as_number
    make_job(consumes={RateLimit(stack, "Api", limit=limit): 6})  # type: ignore[arg-type] # a token, as a number
    Template.from_stack(stack).has_resource_properties(
        "AWS::Batch::ConsumableResource", {"TotalQuantity": {"Ref": "Limit"}}
    )
