"""What a change costs, in words, and by which prices."""

from typing import Any

import pytest

from constructs_lib.network import prices as network
from constructs_lib.review import standing
from tests.unit.review.edits import Edit, drop, put, reviewed_edit

ARRAY, PRIORITY = "ArrayStack", "PriorityQueuesStack"
ENDPOINT = {
    "Type": "AWS::EC2::VPCEndpoint",
    "Properties": {"VpcEndpointType": "Interface", "SubnetIds": ["subnet-1", "subnet-2"]},
}
ALARM = {"Type": "AWS::CloudWatch::Alarm", "Properties": {"MetricName": "Failed"}}


def adding(**resources: Any) -> Edit:
    return lambda template: template["Resources"].update(resources)


CHANGES: list[tuple[str, Edit, list[str]]] = [
    (
        ARRAY,
        adding(Endpoint=ENDPOINT),
        ["While no job runs it costs 51.10 dollars a month, before 36.50: 1 interface endpoint more."],
    ),
    (ARRAY, adding(One=ALARM, Two=ALARM), ["it costs 36.70 dollars a month, before 36.50: 2 alarms more."]),
    (
        ARRAY,
        put("Fargate", "ComputeResources.MaxvCpus", 640),
        ["at most 31.60 dollars an hour, before 3.16, by the prices of us-east-1."],
    ),
    (
        PRIORITY,
        put("OnDemand", "ComputeResources.MinvCpus", 4),
        ["before 36.50: 4 vCPUs that always run more."],
    ),
    (
        PRIORITY,
        put("OnDemand", "ComputeResources.InstanceTypes", {"Ref": "AWS::Region"}),
        ["What `OnDemand6491B0D0` costs is not in the price list."],
    ),
    (ARRAY, drop("VpcPublicSubnet1DefaultRoute"), []),
]


@pytest.mark.parametrize("number", range(len(CHANGES)))
def test_a_change_of_cost_has_its_words(number: int, templates: dict[str, dict[str, Any]]) -> None:
    stack, edit, words = CHANGES[number]
    said = "\n".join(finding.text for finding in reviewed_edit(templates[stack], edit).of("Money"))
    assert [word for word in words if word not in said] == [], said
    assert bool(said) == bool(words)


def test_prices_are_those_that_constructs_tell() -> None:
    assert pytest.approx(network.nat_gateways_usd(1)) == standing.NAT_GATEWAY == 36.5
    assert pytest.approx(network.endpoints_usd(1, 1)) == standing.ENDPOINT == 7.3
