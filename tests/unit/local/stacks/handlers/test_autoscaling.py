"""Groups of machines, and what scales them."""

import pytest

from constructs_lib.local.stacks.services import Services
from tests.unit.local.stacks.handlers.lives import Account, Life, Properties, play
from tests.unit.local.stacks.handlers.test_ec2 import SUBNET, SUBNET_2, VPC


def group(services: Services, name: str, properties: Properties) -> dict[str, str]:
    told = services.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[name])
    found = told["AutoScalingGroups"][0]
    assert (found["MinSize"], found["MaxSize"]) == (int(properties["MinSize"]), int(properties["MaxSize"]))
    desired = int(properties.get("DesiredCapacity", properties["MinSize"]))
    assert (found["DesiredCapacity"], len(found["Instances"])) == (desired, desired)
    assert found["VPCZoneIdentifier"].split(",") == properties["VPCZoneIdentifier"]
    assert found["DefaultCooldown"] == int(properties.get("Cooldown", 300))
    assert found["HealthCheckType"] == properties.get("HealthCheckType", "EC2")
    if template := properties.get("LaunchTemplate"):
        assert found["LaunchTemplate"]["LaunchTemplateId"] == template["LaunchTemplateId"]
        assert found["LaunchTemplate"]["Version"] == template["Version"]
    if policy := properties.get("MixedInstancesPolicy"):
        overrides = found["MixedInstancesPolicy"]["LaunchTemplate"]["Overrides"]
        assert overrides == policy["LaunchTemplate"]["Overrides"]
        distribution = found["MixedInstancesPolicy"]["InstancesDistribution"]
        percentage = policy["InstancesDistribution"]["OnDemandPercentageAboveBaseCapacity"]
        assert distribution["OnDemandPercentageAboveBaseCapacity"] == percentage
    if "LaunchConfigurationName" in properties:
        assert found["LaunchConfigurationName"] == properties["LaunchConfigurationName"]
    return {tag["Key"]: tag["Value"] for tag in found["Tags"]}


def launch_configuration(services: Services, name: str, properties: Properties) -> None:
    told = services.client("autoscaling").describe_launch_configurations(LaunchConfigurationNames=[name])
    found = told["LaunchConfigurations"][0]
    assert (found["ImageId"], found["InstanceType"]) == (properties["ImageId"], properties["InstanceType"])
    assert found.get("UserData", "") == properties.get("UserData", "")


def scaling_policy(services: Services, arn: str, properties: Properties) -> None:
    client = services.client("autoscaling")
    told = client.describe_policies(AutoScalingGroupName=properties["AutoScalingGroupName"])["ScalingPolicies"]
    found = {policy["PolicyARN"]: policy for policy in told}[arn]
    assert found["PolicyType"] == properties["PolicyType"]
    wanted = properties["TargetTrackingConfiguration"]["TargetValue"]
    assert found["TargetTrackingConfiguration"]["TargetValue"] == wanted


def lifecycle_hook(services: Services, name: str, properties: Properties) -> None:
    client = services.client("autoscaling")
    told = client.describe_lifecycle_hooks(AutoScalingGroupName=properties["AutoScalingGroupName"])["LifecycleHooks"]
    found = {hook["LifecycleHookName"]: hook for hook in told}[name]
    assert found["LifecycleTransition"] == properties["LifecycleTransition"]
    assert found["HeartbeatTimeout"] == properties.get("HeartbeatTimeout", 3600)
    assert found["DefaultResult"] == properties.get("DefaultResult", "ABANDON")


def scheduled_action(services: Services, name: str, properties: Properties) -> None:
    client = services.client("autoscaling")
    told = client.describe_scheduled_actions(AutoScalingGroupName=properties["AutoScalingGroupName"])
    found = {item["ScheduledActionName"]: item for item in told["ScheduledUpdateGroupActions"]}[name]
    assert (found["MinSize"], found["Recurrence"]) == (properties["MinSize"], properties["Recurrence"])


LAUNCH = {
    "Type": "AWS::EC2::LaunchTemplate",
    "Properties": {"LaunchTemplateData": {"ImageId": "ami-12c6146b", "InstanceType": "m5.large"}},
}
DISKS = [
    {"DeviceName": "/dev/xvda", "Ebs": {"Encrypted": True, "VolumeType": "gp3"}},
    {"DeviceName": "/dev/xvdb", "VirtualName": "ephemeral0"},
]
LAUNCH_WITH_DISKS = {
    "Type": "AWS::EC2::LaunchTemplate",
    "Properties": {"LaunchTemplateData": {"ImageId": "ami-12c6146b", "BlockDeviceMappings": DISKS}},
}
CONFIGURATION = {"ImageId": "ami-12c6146b", "InstanceType": "m5.large"}
LATEST = {"LaunchTemplateId": {"Ref": "Launch"}, "Version": {"Fn::GetAtt": ["Launch", "LatestVersionNumber"]}}
SIZES = {"MinSize": "0", "MaxSize": "4", "VPCZoneIdentifier": [{"Ref": "Subnet"}]}
NETWORK = {"Vpc": VPC, "Subnet": SUBNET, "Other": SUBNET_2}
GROUP = {"Type": "AWS::AutoScaling::AutoScalingGroup", "Properties": {**SIZES, "LaunchTemplate": LATEST}}
CPU = {"PredefinedMetricSpecification": {"PredefinedMetricType": "ASGAverageCPUUtilization"}}


def mixed(percentage: int) -> Properties:
    return {
        "LaunchTemplate": {
            "LaunchTemplateSpecification": LATEST,
            "Overrides": [{"InstanceType": "m5.large"}, {"InstanceType": "m5a.large"}],
        },
        "InstancesDistribution": {"OnDemandPercentageAboveBaseCapacity": percentage},
    }


def propagated(tags: dict[str, str]) -> Properties:
    return {"Tags": [{"Key": key, "Value": value, "PropagateAtLaunch": True} for key, value in tags.items()]}


LIVES = [
    Life(
        "AWS::AutoScaling::AutoScalingGroup",
        {**SIZES, "LaunchTemplate": LATEST},
        group,
        needs={**NETWORK, "Launch": LAUNCH},
        names={"AutoScalingGroupName": "workers"},
        changed=[
            {"MaxSize": "8"},
            {"Cooldown": "60", "HealthCheckType": "ELB"},
            {"VPCZoneIdentifier": [{"Ref": "Other"}]},
        ],
        replaced={"AutoScalingGroupName": "others"},
        tags=propagated,
    ),
    Life(
        "AWS::AutoScaling::AutoScalingGroup",
        {**SIZES, "MinSize": "1", "DesiredCapacity": "1", "LaunchTemplate": LATEST},
        group,
        needs={**NETWORK, "Launch": LAUNCH_WITH_DISKS},
        changed={"DesiredCapacity": "2", "MinSize": "2"},
        tags=propagated,
    ),
    Life(
        "AWS::AutoScaling::AutoScalingGroup",
        {**SIZES, "MixedInstancesPolicy": mixed(0)},
        group,
        needs={**NETWORK, "Launch": LAUNCH},
        changed={"MixedInstancesPolicy": mixed(50)},
        tags=propagated,
    ),
    Life(
        "AWS::AutoScaling::AutoScalingGroup",
        {**SIZES, "LaunchConfigurationName": {"Ref": "Configuration"}},
        group,
        needs={
            **NETWORK,
            "Launch": LAUNCH,
            "Configuration": {"Type": "AWS::AutoScaling::LaunchConfiguration", "Properties": CONFIGURATION},
        },
        changed={"LaunchConfigurationName": None, "LaunchTemplate": LATEST},
        tags=propagated,
    ),
    Life(
        "AWS::AutoScaling::LaunchConfiguration",
        CONFIGURATION,
        launch_configuration,
        names={"LaunchConfigurationName": "workers", "UserData": "IyEvYmluL3NoCg=="},
        replaced={"LaunchConfigurationName": None, "InstanceType": "m5.xlarge"},
        tags=False,
    ),
    Life(
        "AWS::AutoScaling::ScalingPolicy",
        {
            "AutoScalingGroupName": {"Ref": "Group"},
            "PolicyType": "TargetTrackingScaling",
            "TargetTrackingConfiguration": {**CPU, "TargetValue": 70},
        },
        scaling_policy,
        needs={**NETWORK, "Launch": LAUNCH, "Group": GROUP},
        changed={"TargetTrackingConfiguration": {**CPU, "TargetValue": 50}},
        tags=False,
    ),
    Life(
        "AWS::AutoScaling::LifecycleHook",
        {
            "AutoScalingGroupName": {"Ref": "Group"},
            "LifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING",
        },
        lifecycle_hook,
        needs={**NETWORK, "Launch": LAUNCH, "Group": GROUP},
        names={"LifecycleHookName": "drain"},
        changed={"HeartbeatTimeout": 60, "DefaultResult": "CONTINUE"},
        replaced={"LifecycleHookName": "drained"},
        tags=False,
    ),
    Life(
        "AWS::AutoScaling::ScheduledAction",
        {"AutoScalingGroupName": {"Ref": "Group"}, "MinSize": 1, "Recurrence": "0 6 * * *"},
        scheduled_action,
        needs={**NETWORK, "Launch": LAUNCH, "Group": GROUP},
        changed={"Recurrence": "0 7 * * *"},
        tags=False,
    ),
]


@pytest.mark.parametrize("life", LIVES, ids=str)
def test_resources_live_as_in_cloudformation(life: Life, account: Account) -> None:
    play(life, account)


def test_machines_that_are_protected_go_with_their_group(account: Account) -> None:
    properties = {**SIZES, "DesiredCapacity": "2", "NewInstancesProtectedFromScaleIn": True, "LaunchTemplate": LATEST}
    group = {"Type": "AWS::AutoScaling::AutoScalingGroup", "Properties": properties}
    account.deploy({**NETWORK, "Launch": LAUNCH, "Group": group})
    subnet = account.physical_id("Subnet")

    account.deploy({})

    ec2 = account.services.client("ec2")
    found = ec2.describe_instances(Filters=[{"Name": "subnet-id", "Values": [subnet]}])["Reservations"]
    states = [machine["State"]["Name"] for item in found for machine in item["Instances"]]
    assert set(states) == {"terminated"}
