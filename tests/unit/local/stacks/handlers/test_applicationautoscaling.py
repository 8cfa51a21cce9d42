"""What scales services of ECS."""

import pytest

from constructs_lib.local.stacks.services import Services
from tests.unit.local.stacks.handlers.lives import Account, Life, Properties, play
from tests.unit.local.stacks.handlers.test_ecs import CLUSTER, TASK


def target(services: Services, _: str, properties: Properties) -> None:
    client = services.client("application-autoscaling")
    told = client.describe_scalable_targets(ServiceNamespace="ecs", ResourceIds=[properties["ResourceId"]])
    found = told["ScalableTargets"][0]
    assert (found["MinCapacity"], found["MaxCapacity"]) == (properties["MinCapacity"], properties["MaxCapacity"])
    told = client.describe_scheduled_actions(ServiceNamespace="ecs", ResourceId=properties["ResourceId"])
    schedules = {action["ScheduledActionName"]: action["Schedule"] for action in told["ScheduledActions"]}
    wanted = properties.get("ScheduledActions", [])
    assert schedules == {action["ScheduledActionName"]: action["Schedule"] for action in wanted}


def policy(services: Services, arn: str, properties: Properties) -> None:
    client = services.client("application-autoscaling")
    told = client.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]
    found = {item["PolicyName"]: item for item in told}[properties["PolicyName"]]
    assert found["PolicyARN"] == arn
    wanted = float(properties["TargetTrackingScalingPolicyConfiguration"]["TargetValue"])
    assert found["TargetTrackingScalingPolicyConfiguration"]["TargetValue"] == wanted


SERVICE = {
    "Type": "AWS::ECS::Service",
    "Properties": {"Cluster": {"Ref": "Cluster"}, "TaskDefinition": {"Ref": "Task"}, "ServiceName": "scaled"},
}
SCALED = {
    "ServiceNamespace": "ecs",
    "ScalableDimension": "ecs:service:DesiredCount",
    "ResourceId": {"Fn::Join": ["/", ["service", {"Ref": "Cluster"}, {"Fn::GetAtt": ["Service", "Name"]}]]},
    "MinCapacity": 1,
    "MaxCapacity": 4,
}
NEEDS = {"Cluster": CLUSTER, "Task": TASK, "Service": SERVICE}
TARGET = {"Type": "AWS::ApplicationAutoScaling::ScalableTarget", "Properties": SCALED}
AT_SIX = {
    "ScheduledActionName": "early",
    "Schedule": "cron(0 6 * * ? *)",
    "ScalableTargetAction": {"MinCapacity": 2, "MaxCapacity": 4},
}
CPU = {"PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}}


def tracking(value: int) -> Properties:
    return {"TargetTrackingScalingPolicyConfiguration": {**CPU, "TargetValue": value}}


LIVES = [
    Life(
        "AWS::ApplicationAutoScaling::ScalableTarget",
        SCALED,
        target,
        needs=NEEDS,
        changed=[{"MaxCapacity": 8}, {"ScheduledActions": [AT_SIX]}],
        tags=False,
    ),
    Life(
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        {
            "PolicyName": "cpu",
            "PolicyType": "TargetTrackingScaling",
            "ScalingTargetId": {"Ref": "Target"},
            "TargetTrackingScalingPolicyConfiguration": {**CPU, "TargetValue": "70"},
        },
        policy,
        needs={**NEEDS, "Target": TARGET},
        changed=tracking(50),
        replaced={"PolicyName": "load"},
        tags=False,
    ),
]


@pytest.mark.parametrize("life", LIVES, ids=str)
def test_resources_live_as_in_cloudformation(life: Life, account: Account) -> None:
    play(life, account)
