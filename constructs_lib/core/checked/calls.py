"""How to make what a construct takes from what people pass in its place: an ARN, a name, a neighbouring construct."""

from collections.abc import Mapping
from enum import Enum
from pathlib import PurePath
from typing import Any, Final

from constructs_lib.core.checked.interfaces import parts_of
from constructs_lib.core.checked.words import short_name

_TEXT: Final = "text"
_NUMBER: Final = "number"
_DICT: Final = "dict"
_LIST: Final = "list"

_CALLS: Final[Mapping[str, Mapping[str, str]]] = {
    "JobImage": {
        _TEXT: "JobImage.from_registry({value})",
        "PurePath": 'JobImage.from_directory(self, "Image", {value})',
        "ContainerImage": "JobImage({name})",
        "IRepository": 'JobImage.from_repository({name}, tag="v1")',
        "DockerImageAsset": "JobImage(ecs.ContainerImage.from_docker_image_asset({name}))",
    },
    "Retry": {_NUMBER: "Retry(attempts={value})"},
    "IComputeEnvironmentRef": {
        _TEXT: 'batch.FargateComputeEnvironment.from_fargate_compute_environment_arn(self, "Environment", {value})',
    },
    "IJobQueue": {
        _TEXT: 'batch.JobQueue.from_job_queue_arn(self, "Queue", {value})',
        "IComputeEnvironmentRef": 'JobQueue(self, "Queue", compute_environments=[{name}])',
    },
    "JobQueue": {"IComputeEnvironmentRef": 'JobQueue(self, "Queue", compute_environments=[{name}])'},
    "IJobDefinition": {
        _TEXT: 'batch.EcsJobDefinition.from_job_definition_arn(self, "Job", {value})',
        "JobImage": 'ContainerJob(self, "Job", image=image, …)',
    },
    "ContainerJob": {"JobImage": 'ContainerJob(self, "Job", image=image, …)'},
    "Secret": {
        _TEXT: "JobSecret.from_secrets_manager("
        'secretsmanager.Secret.from_secret_complete_arn(self, "Secret", {value}))',
        "ISecret": "JobSecret.from_secrets_manager({name})",
        "IParameter": "JobSecret.from_ssm_parameter({name})",
    },
    "JobStorage": {
        _TEXT: "HostScratch(mount_path={value})",
        "IBucket": "S3Storage(bucket={name})",
        "IFileSystem": 'EfsStorage(self, "Files", vpc=vpc, file_system={name})',
    },
    "ItemSource": {
        _TEXT: "ItemSource.from_input({value})",
        "IBucket": 'ItemSource.json_lines({name}, "items.jsonl")',
    },
    "PosixOwner": {_NUMBER: "PosixOwner(uid={value}, gid={value})"},
    "InstanceScratch": {
        "Size": "InstanceScratch.ebs(size)",
        _NUMBER: "InstanceScratch.ebs(Size.gibibytes({value}))",
    },
    "StuckJobAction": {"ITopic": "StuckJobAction.notify({name})", "IJobQueue": "StuckJobAction.resubmit({name})"},
    "ImageSource": {"IBucket": 'ImageSource.from_s3({name}, "source.zip")'},
    "CapacityReservation": {_TEXT: "CapacityReservation.of_id({value})"},
    "ISchedulingPolicy": {_DICT: 'FairShare(self, "Shares", shares={value})'},
    "IVpc": {_TEXT: 'ec2.Vpc.from_lookup(self, "Vpc", vpc_id={value})'},
    "SubnetSelection": {
        _LIST: "ec2.SubnetSelection(subnets=subnets)",
        "SubnetType": "ec2.SubnetSelection(subnet_type=ec2.SubnetType.{member})",
        "ISubnet": "ec2.SubnetSelection(subnets=[{name}])",
        _DICT: "ec2.SubnetSelection(**{value})",
    },
    "ISecurityGroup": {_TEXT: 'ec2.SecurityGroup.from_security_group_id(self, "Group", {value})'},
    "IIpAddresses": {_TEXT: "ec2.IpAddresses.cidr({value})"},
    "UserData": {_TEXT: "ec2.UserData.custom({value})"},
    "InstanceType": {_TEXT: "ec2.InstanceType({value})"},
    "IRole": {_TEXT: 'iam.Role.from_role_arn(self, "Role", {value})'},
    "IPrincipal": {_TEXT: "iam.ArnPrincipal({value})", "IGrantable": "{name}.grant_principal"},
    "IBucket": {_TEXT: 's3.Bucket.from_bucket_name(self, "Bucket", {value})'},
    "ILogGroup": {_TEXT: 'logs.LogGroup.from_log_group_name(self, "Logs", {value})'},
    "ITopic": {_TEXT: 'sns.Topic.from_topic_arn(self, "Topic", {value})'},
    "IKey": {_TEXT: 'kms.Key.from_key_arn(self, "Key", {value})'},
    "IRepository": {_TEXT: 'ecr.Repository.from_repository_name(self, "Repository", {value})'},
    "ISecret": {_TEXT: 'secretsmanager.Secret.from_secret_name_v2(self, "Secret", {value})'},
    "IFunction": {_TEXT: 'lambda_.Function.from_function_arn(self, "Function", {value})'},
    "ITable": {_TEXT: 'dynamodb.Table.from_table_name(self, "Table", {value})'},
    "IChainable": {"IJobDefinition": 'SubmitJob(self, "Submit", job={name}, queue=queue)'},
    "Ulimit": {_DICT: "batch.Ulimit(**{value})"},
}
"""By the name of what is wanted and of what was passed; of an object, the class or an interface that it provides."""


def call_for(wanted: type[Any], value: object) -> str | None:
    """Python that makes what is wanted from what was passed; None if nobody knows how."""
    known = _CALLS.get(wanted.__name__, {})
    for kind in _kinds(value):
        if kind in known:
            member = value.name if isinstance(value, Enum) else ""
            shown = repr(str(value)) if isinstance(value, PurePath) else repr(value)
            return known[kind].format(value=shown, name=short_name(value), member=member)
    return None


def _kinds(value: object) -> list[str]:
    if isinstance(value, str) and not isinstance(value, Enum):
        return [_TEXT]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return [_NUMBER]
    if isinstance(value, Mapping):
        return [_DICT]
    if isinstance(value, list | tuple):
        return [_LIST]
    bases = [base for part in parts_of(value) for base in type(part).__mro__]
    declared = [face for base in bases for face in vars(base).get("__jsii_ifaces__", ())]
    return [each.__name__ for each in (*bases, *(wider for face in declared for wider in face.__mro__))]
