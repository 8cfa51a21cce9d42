"""Changes of the stacks in docs/examples, as somebody might make them, and the words that a reviewer has to read."""

import json
from typing import Any

from constructs_lib.review.findings import Kind
from tests.unit.review.edits import Edit, attribute, entry, logical_id, put, rename, several

Template = dict[str, Any]
Change = tuple[str, Edit, str, list[str], set[Kind]]
"""The stack, the edit, the section, its words, and what it warns of at least."""

REPOSITORY = "registry.example.com/mesher"
OTHER_HASH = "0123456789abcdef" * 4


def image(prefix: str, *path: str | int, name: str = "", digest: str = "", tag: str = "", asset: str = "") -> Edit:
    """Gives a container another image: another one, or another version of its own."""

    def edit(template: Template) -> None:
        place: Any = entry(template, prefix)["Properties"]
        for key in path:
            place = place[key]
        if asset:
            place["Image"] = {"Fn::Sub": f"{place['Image']['Fn::Sub'].rpartition(':')[0]}:{asset}"}
        else:
            place["Image"] = f"{name}@sha256:{digest}" if digest else f"{name}:{tag}"

    return edit


def shares(**weights: float) -> Edit:
    listed = [{"ShareIdentifier": name, "WeightFactor": weight} for name, weight in weights.items()]
    return put("Shares", "FairsharePolicy.ShareDistribution", listed)


def without(*types: str) -> Edit:
    """Takes all resources of some types away."""

    def edit(template: Template) -> None:
        _forget(template, {name for name, one in template["Resources"].items() if one["Type"] in types})

    return edit


def gone(prefix: str) -> Edit:
    """Takes a resource away."""
    return lambda template: _forget(template, {logical_id(template, prefix)})


def _forget(template: Template, names: set[str]) -> None:
    """Take resources away, and name others where they are referred to."""
    left = {name: one for name, one in template["Resources"].items() if name not in names}
    template["Resources"] = _without_references(left, names)
    template["Outputs"] = _without_references(template.get("Outputs", {}), names)


def _without_references(value: Any, names: set[str]) -> Any:
    match value:
        case {"Ref": str(found)} | {"Fn::GetAtt": [str(found), _]} if found in names:
            return "gone"
        case dict():
            return {key: _without_references(member, names) for key, member in value.items()}
        case list():
            return [_without_references(item, names) for item in value]
    return value


def endpoint_policy(**statement: Any) -> Edit:
    members = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*", **statement}
    return put("NetworkEndpointsS3", "PolicyDocument", {"Statement": [members]})


def trust(prefix: str, principal: Any, **others: Any) -> Edit:
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal, **others}
    return lambda template: entry(template, prefix)["Properties"]["AssumeRolePolicyDocument"]["Statement"].append(
        statement
    )


def queue_policy(prefix: str, principal: Any) -> Edit:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sqs:SendMessage", "Resource": "*"}
    return lambda template: entry(template, prefix)["Properties"]["PolicyDocument"]["Statement"].append(statement)


def key_policy(prefix: str, principal: Any) -> Edit:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "kms:Decrypt", "Resource": "*"}
    return lambda template: entry(template, prefix)["Properties"]["KeyPolicy"]["Statement"].append(statement)


def nodes_image(template: Template) -> None:
    ranges = entry(template, "Solve")["Properties"]["NodeProperties"]["NodeRangeProperties"]
    for nodes in ranges:
        nodes["Container"]["Image"] = "registry.example.com/solver:9"


CHANGES: list[Change] = [
    # running jobs
    (
        "Compute",
        put("Gpus", "ComputeResources.InstanceTypes", ["g5.12xlarge"]),
        "Running jobs",
        ["The compute environment `Compute/Gpus` rolls: `InstanceTypes` changed", "those that take longer are ended"],
        {Kind.INTERRUPT},
    ),
    (
        "Compute",
        gone("OwnQueue"),
        "Running jobs",
        ["The queue `Compute/OwnQueue` goes: the old one takes no jobs any more, and all jobs in it are ended."],
        {Kind.INTERRUPT},
    ),
    (
        "MultiNode",
        put("Cluster", "ComputeResources.PlacementGroup", "other"),
        "Running jobs",
        ["The compute environment `MultiNode/Cluster` rolls: `PlacementGroup` changed"],
        {Kind.INTERRUPT},
    ),
    (
        "TeamQueues",
        put("CapacitySpot", "ComputeResources.MaxvCpus", 1),
        "Running jobs",
        ["has at most 1 vCPU, no longer"],
        set(),
    ),
    (
        "Nightly",
        gone("NightlyStarter"),
        "Running jobs",
        ["goes: executions of the old one are ended at their next state"],
        {Kind.INTERRUPT},
    ),
    # data
    (
        "ImagePipeline",
        put("Images", "RepositoryName", "reports"),
        "Data",
        ["`ImagePipeline/Images` (AWS::ECR::Repository) is made anew, empty"],
        {Kind.REPLACE, Kind.REPLACE_STATEFUL},
    ),
    (
        "ImagePipeline",
        several(attribute("Images", "UpdateReplacePolicy", "Delete"), put("Images", "RepositoryName", "reports")),
        "Data",
        ["the old one is deleted with its images"],
        {Kind.REPLACE_STATEFUL, Kind.LOSE_DATA},
    ),
    (
        "JobStorage",
        put("SharedFileSystem", "PerformanceMode", "maxIO"),
        "Data",
        ["(AWS::EFS::FileSystem) is made anew, empty"],
        {Kind.REPLACE, Kind.REPLACE_STATEFUL},
    ),
    (
        "JobStorage",
        put("LustreFileSystem", "KmsKeyId", "key"),
        "Data",
        ["(AWS::FSx::FileSystem) is made anew, empty"],
        {Kind.REPLACE_STATEFUL},
    ),
    (
        "Uploads",
        put("Orders", "MessageRetentionPeriod", 60),
        "Data",
        ["`Uploads/Orders` keeps messages for 60 seconds, no longer for"],
        {Kind.LOSE_DATA},
    ),
    (
        "ImagePipeline",
        put("Sources", "VersioningConfiguration.Status", "Suspended"),
        "Data",
        ["`ImagePipeline/Sources` keeps no versions any more: what is written over or deleted from now on is gone"],
        set(),
    ),
    (
        "ImagePipeline",
        put("Images", "LifecyclePolicy", {"LifecyclePolicyText": json.dumps({"rules": [{"rulePriority": 1}]})}),
        "Data",
        ["`ImagePipeline/Images` has another lifecycle policy, by which images expire, also those that are there"],
        {Kind.LOSE_DATA},
    ),
    # rights
    (
        "TeamQueues",
        trust("Research", {"AWS": "*"}),
        "Rights",
        ["The trust of `TeamQueues/Research` lets now everybody do `sts:AssumeRole`."],
        {Kind.WIDEN, Kind.PUBLIC},
    ),
    (
        "TeamQueues",
        trust(
            "Research",
            {"Federated": "arn:aws:iam::111122223333:oidc-provider/ci"},
            Action="sts:AssumeRoleWithWebIdentity",
        ),
        "Rights",
        ["lets now `arn:aws:iam::111122223333:oidc-provider/ci` do `sts:AssumeRoleWithWebIdentity`"],
        {Kind.WIDEN},
    ),
    (
        "Uploads",
        queue_policy("OrdersPolicy", "*"),
        "Rights",
        ["The policy of `Uploads/Orders` lets now everybody do `sqs:SendMessage` on `*`."],
        {Kind.WIDEN, Kind.PUBLIC},
    ),
    (
        "StuckJobs",
        key_policy("Key", {"AWS": "arn:aws:iam::444455556666:root"}),
        "Rights",
        ["The policy of `StuckJobs/Key` lets now `arn:aws:iam::444455556666:root` do `kms:Decrypt` on `*`."],
        {Kind.WIDEN},
    ),
    (
        "TeamQueues",
        put("BudgetCapRestoreAllowEventRuleTeamQueuesBudgetCapFunction0F70AEE2", "Principal", "111122223333"),
        "Rights",
        [
            "The policy of `TeamQueues/Budget/Cap/Function` lets now `111122223333` do `lambda:InvokeFunction` on `*`",
            "`aws:SourceArn` is `${BudgetCapRestoreFD3CB20F.Arn}`",
            "no longer lets all of: `events.amazonaws.com` do `lambda:InvokeFunction`",
        ],
        {Kind.WIDEN, Kind.REPLACE},
    ),
    (
        "JobStorage",
        endpoint_policy(Action="s3:GetObject"),
        "Rights",
        ["The endpoint policy of `JobStorage/Network/Endpoints/S3` no longer lets all of: everybody do `*` on `*`."],
        set(),
    ),
    (
        "JobStorage",
        put("OnFargate", "ContainerProperties.JobRoleArn", "arn:aws:iam::111122223333:role/admin"),
        "Behaviour",
        ["role from `${OnFargateContainerJobRole58F7D9DB.Arn}` to `arn:aws:iam::111122223333:role/admin`"],
        set(),
    ),
    (
        "JobStorage",
        put("OnFargate", "ContainerProperties.JobRoleArn", "arn:aws:iam::111122223333:role/admin"),
        "Rights",
        [
            "Jobs of `JobStorage/OnFargate` act with the role `arn:aws:iam::111122223333:role/admin` now",
            "no longer with `JobStorage/OnFargateContainer/JobRole`: may be wider.",
        ],
        {Kind.WIDEN},
    ),
    (
        "StuckJobs",
        put("SpotWatchActing", "RoleArn", {"Fn::GetAtt": ["SpotWatchWaitingRoleD50359F4", "Arn"]}),
        "Rights",
        ["The state machine `StuckJobs/SpotWatch/Acting` acts with the role `StuckJobs/SpotWatch/Waiting/Role` now"],
        {Kind.WIDEN},
    ),
    (
        "JobStorage",
        lambda template: entry(template, "SharedFileSystem")["Properties"].pop("FileSystemPolicy"),
        "Rights",
        ["The policy of `JobStorage/Shared/FileSystem` lets now everybody do `elasticfilesystem:Client*` on `*`."],
        {Kind.WIDEN},
    ),
    # network
    (
        "JobStorage",
        put("SharedSecurityGroupfromJobStorageFargateSecurityGroup39B1A26F2049", "ToPort", 65535),
        "Network",
        ["The security group `JobStorage/Shared/SecurityGroup` lets in tcp 2049 to 65535 from"],
        {Kind.NETWORK},
    ),
    (
        "ManagedInstances",
        put("NetworkEndpointsSecurityGroup", "SecurityGroupIngress", [{"IpProtocol": "-1", "CidrIpv6": "::/0"}]),
        "Network",
        ["lets in everything from everywhere now."],
        {Kind.NETWORK, Kind.PUBLIC},
    ),
    # behaviour
    (
        "MultiNode",
        image("Mesh", "ContainerProperties", name=REPOSITORY, tag="4.3"),
        "Behaviour",
        ["Jobs of `MultiNode/Mesh` change: image `registry.example.com/mesher` tag from `4.2` to `4.3`."],
        set(),
    ),
    (
        "MultiNode",
        image("Mesh", "ContainerProperties", name=REPOSITORY, digest="a" * 64),
        "Behaviour",
        ["image `registry.example.com/mesher` from `4.2` to `aaaaaaaaaaaa…`"],
        set(),
    ),
    (
        "JobStorage",
        image("OnFargate", "ContainerProperties", asset=OTHER_HASH),
        "Behaviour",
        ["Jobs of `JobStorage/OnFargate` change: image, which the app builds, from `", "to `0123456789ab…`"],
        set(),
    ),
    (
        "JobContainers",
        image("Count", "EcsProperties", "TaskProperties", 0, "Containers", 1, name="busybox", tag="1"),
        "Behaviour",
        ["container `count`: image from `${AWS::AccountId}.dkr.ecr", "to `busybox:1`"],
        set(),
    ),
    ("MultiNode", nodes_image, "Behaviour", ["nodes `0", "image", "`registry.example.com/solver:9`"], set()),
    (
        "MultiNode",
        put("Mesh", "ContainerProperties.ResourceRequirements", [{"Type": "VCPU", "Value": "32"}]),
        "Behaviour",
        ["MEMORY goes (it was `65536`)", "VCPU from `16` to `32`"],
        set(),
    ),
    (
        "MultiNode",
        put("Mesh", "Parameters", {"mesh": "tail"}),
        "Behaviour",
        ["parameters `mesh` from `wing` to `tail`"],
        set(),
    ),
    (
        "TeamQueues",
        shares(research=2, release=1),
        "Behaviour",
        [
            "The scheduling policy `TeamQueues/Shares` shares otherwise: ",
            "the weight factor of `research` from `0.3333` to `2`",
            "the weight factor of `nightly` goes (it was `1`)",
            "the weight factor of `release` is new (`1`)",
        ],
        set(),
    ),
    (
        "TeamQueues",
        put("Shares", "FairsharePolicy.ComputeReservation", 50),
        "Behaviour",
        ["`ComputeReservation` is new (`50`)"],
        set(),
    ),
    (
        "TeamQueues",
        put("Api", "TotalQuantity", 1),
        "Behaviour",
        ["The consumable resource `TeamQueues/Api` has `1`, no longer `2`"],
        set(),
    ),
    (
        "TeamQueues",
        lambda template: entry(template, "QueuesTeams")["Properties"]["ComputeEnvironmentOrder"].reverse(),
        "Behaviour",
        [],
        set(),
    ),
    # money
    (
        "JobContainers",
        without("AWS::EC2::VPCEndpoint"),
        "Money",
        ["While no job runs it costs", "4 interface endpoints less"],
        set(),
    ),
    (
        "Monitored",
        without("AWS::CloudWatch::Alarm"),
        "Money",
        ["6 alarms less"],
        set(),
    ),
    (
        "Compute",
        put("Graviton", "ComputeResources.MaxvCpus", 2560),
        "Money",
        ["With all compute environments at their maximum it costs at most"],
        set(),
    ),
    # obstacles
    (
        "StuckJobs",
        rename("Key", "EncryptionKey"),
        "Obstacles",
        ["became `EncryptionKey`: CloudFormation takes it for another AWS::KMS::Key"],
        {Kind.REPLACE_STATEFUL},
    ),
    (
        "TeamQueues",
        several(put("QueuesTeams", "JobQueueName", "teams")),
        "Resources",
        ["**replaced** `TeamQueues/Queues/Teams` (AWS::Batch::JobQueue): `JobQueueName` is new"],
        {Kind.REPLACE, Kind.INTERRUPT},
    ),
    (
        "TrainingQueue",
        lambda template: template["Resources"]["ShareResearch"]["Properties"].update(QuotaShareName="science"),
        "Resources",
        ["**replaced** `TrainingQueue/ShareResearch` (AWS::Batch::QuotaShare)"],
        {Kind.REPLACE},
    ),
    (
        "JobStorage",
        rename("SharedFileSystem", "Files"),
        "Obstacles",
        ["became `Files`: CloudFormation takes it for another AWS::EFS::FileSystem, makes an empty one"],
        {Kind.REPLACE_STATEFUL},
    ),
]
