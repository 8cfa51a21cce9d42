"""cdk-nag and cfn-lint over the stacks in docs/examples: what is found there is known, and why it may be there."""

import json
from pathlib import Path

from tests.policy.test_cfn_lint import findings

ARTIFACTS = "aws-cdk-lib grants so: in the bucket of the pipeline, and the source's one file, and logs of this build."
SYNC = "S3 Files names these actions and rules in its documentation; all are below the prefix or its own rules."
AGENT = "AWS keeps the policy of the ECS agent up to date with its releases."
MANAGED = "AWS keeps the policies of its managed instances up to date with what ECS does."
PULL = "ecr:GetAuthorizationToken has no narrower resource; it is what pulls the image."
NAMES = "The names of objects are made when jobs run; the rights end at the prefix."
MACHINE = "Any revision of a named definition; jobs by tag, tasks by cluster; log delivery and X-Ray on *."
SUBMITTED = "Revisions of named definitions; jobs by the tag of the role; AWS Batch describes and lists on * only."
STARTER = "One target; log delivery and X-Ray have no narrower resource, and jobs any revision of one definition."
LETTERS = "It is the dead-letter queue of a schedule, which the rule does not know."
ANY_JOB = "Jobs get ids when they are submitted; AWS Batch describes on * only, and cancels what has not started."
MEASURED = "Environments are described, metrics put in one namespace, logs delivered and traces sent on * only."
KINDS = ["Gpus", "Graviton", "Nodes", "Own", "OwnImage"]
TOLD = "Executions of the named machines; jobs, queues, query results, traces and deliveries of logs on * only."

# Rule of cdk-nag, where, and why.
ACCEPTED = {
    ("AS3", "Own/Instances/ASG"): "An example has nobody to tell; the metrics of the group are on.",
    ("CB4", "Pipeline/Build"): "It keeps nothing: the source is encrypted by its bucket, the image by its repository.",
    ("EC26", "Own/Instances/ASG"): "The rule fails on a mixed instances policy; the snapshot shows encrypted volumes.",
    ("IAM4", "AWS679f53fac002430cb0da5b7982bd2287/ServiceRole"): "aws-cdk-lib's function for custom resources.",
    ("IAM4", "BucketNotificationsHandler050a0587b7544547bf325f094a3db834/Role"): "aws-cdk-lib's own function.",
    ("IAM4", "Cluster/InstanceProfileRole"): AGENT,
    ("IAM4", "Gpus/InstanceProfileRole"): AGENT,
    ("IAM4", "Graviton/InstanceProfileRole"): AGENT,
    ("IAM4", "Instances/InstanceProfileRole"): AGENT,
    ("IAM4", "Nodes/InstanceProfileRole"): AGENT,
    ("IAM4", "OnDemandInstances/InfrastructureRole"): MANAGED,
    ("IAM4", "OnDemandInstances/InstanceRole"): MANAGED,
    ("IAM4", "Own/BatchServiceRole"): "aws-cdk-lib makes it for unmanaged environments; AWS keeps its policy.",
    ("IAM4", "Own/InstanceRole"): AGENT,
    ("IAM4", "OwnImage/InstanceProfileRole"): AGENT,
    ("IAM4", "SpotInstances/InfrastructureRole"): MANAGED,
    ("IAM4", "SpotInstances/InstanceRole"): MANAGED,
    ("IAM5", "CallApiContainer/Definition/ExecutionRole"): PULL,
    ("IAM5", "Cleanup/Role"): "Any revision of one named definition.",
    ("IAM5", "CountContainer/Definition/ExecutionRole"): PULL,
    ("IAM5", "CountContainer/JobRole"): NAMES,
    ("IAM5", "CountContainer/fetch/Definition/ExecutionRole"): PULL,
    ("IAM5", "Lake/SyncRole"): SYNC,
    ("IAM5", "OnEc2Container/Definition/ExecutionRole"): PULL,
    ("IAM5", "OnEc2Container/JobRole"): NAMES,
    ("IAM5", "OnFargateContainer/Definition/ExecutionRole"): PULL,
    ("IAM5", "OnFargateContainer/JobRole"): NAMES,
    ("IAM5", "Monitoring/JobMetrics/Snapshots/Machine/Role"): MEASURED,
    ("IAM5", "Own/Cluster/CustomResourcePolicy"): "batch:DescribeComputeEnvironments has no narrower resource.",
    ("IAM5", "Pipeline/Build/Role"): ARTIFACTS,
    ("IAM5", "Pipeline/Pipeline/Role"): ARTIFACTS,
    ("IAM5", "Pipeline/Pipeline/Source/Source/CodePipelineActionRole"): ARTIFACTS,
    ("IAM5", "Pipeline/Revisions/Role"): "Any revision of the named definitions; AWS Batch describes them on * only.",
    ("IAM5", "PublishDocument/ExecutionRole"): PULL,
    ("IAM5", "PublishDocument/TaskRole"): NAMES,
    ("IAM5", "Release"): SUBMITTED,
    ("IAM5", "ReportContainer/Definition/ExecutionRole"): PULL,
    ("IAM5", "ReportContainer/JobRole"): NAMES,
    ("IAM5", "Research"): SUBMITTED,
    ("IAM5", "SolveContainer/Group0/Definition/ExecutionRole"): PULL,
    ("IAM5", "SplitContainer/Definition/ExecutionRole"): PULL,
    ("IAM5", "SplitContainer/JobRole"): NAMES,
    **{
        ("IAM5", f"{watch}Watch/{part}/Role"): ANY_JOB
        for watch in ("OnDemand", "Spot")
        for part in ("Acting", "Waiting")
    },
    ("IAM5", "StateMachine/Role"): MACHINE,
    **{
        ("IAM5", f"{notifications}/{machine}/Role"): TOLD
        for notifications in ("Jobs", "StateMachine/OnFailure")
        for machine in ("Messenger", "Reader")
    },
    ("IAM5", "TileContainer/JobRole"): NAMES,
    ("IAM5", "Pipeline/Role"): MACHINE,
    ("IAM5", "WorkContainer/JobRole"): NAMES,
    **{
        ("IAM5", f"{trigger}/Starter/Role"): STARTER
        for trigger in ("Logs", "Nightly", "Ordered", "Pipeline/OnUpload", "Tiles")
    },
    **{("IAM5", f"{name}JobContainer/Definition/ExecutionRole"): PULL for name in KINDS},
    ("S1", "Data"): "An example has no bucket for access logs; CloudTrail data events tell who read objects.",
    ("S1", "FanOutBucket"): "The bucket of fan-outs: lists and results, which expire.",
    ("S1", "Pipeline/Artifacts"): "Copies of the source for a week; access to it is that of the pipeline's roles.",
    ("S1", "Sources"): "An example has no bucket for access logs.",
    ("SQS3", "Cleanup/DeadLetters/Queue"): LETTERS,
    ("SQS3", "Nightly/DeadLetters/Queue"): LETTERS,
    ("SMG4", "Token"): "An example's token, which opens nothing.",
}


def test_cdk_nag_finds_what_is_known(examples_assembly: Path) -> None:
    report = json.loads((examples_assembly / "validation-report.json").read_text())
    found = {
        (finding["ruleName"].split("[")[0].removeprefix("AwsSolutions-"), _where(construct["constructPath"]))
        for plugin in report["pluginReports"]
        for finding in plugin.get("violations", [])
        for construct in finding["violatingConstructs"]
    }
    assert found == set(ACCEPTED)


def test_cfn_lint_finds_nothing(examples_assembly: Path) -> None:
    assert findings(examples_assembly) == []


def _where(path: str) -> str:
    """The path of a construct in its stack, without the resources that it is made of."""
    parts = path.split("/")[1:]
    return "/".join(part for part in parts if part not in {"Resource", "DefaultPolicy"})
