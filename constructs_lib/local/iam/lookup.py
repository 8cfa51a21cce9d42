"""What IAM has to know about the resources of the account: revisions, tags, keys."""

from collections.abc import Mapping
from typing import Any, Protocol

from moto.ecs.exceptions import TaskDefinitionNotFoundException
from moto.ecs.models import ecs_backends
from moto.kms.models import kms_backends
from moto.s3.models import s3_backends
from moto.secretsmanager.models import secretsmanager_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from constructs_lib.local.account import Location
from constructs_lib.local.batch.resources import ComputeEnvironment
from constructs_lib.local.iam.buckets.access import bucket_of
from constructs_lib.local.iam.directory import Directory

_TASK_ROLES = {"taskRoleArn": "task_role_arn", "executionRoleArn": "execution_role_arn"}
"""By moto's names of them."""


class JobQueries(Protocol):
    """What IAM has to know of AWS Batch."""

    def environment(self, arn: str) -> ComputeEnvironment | None:
        """Find a compute environment wherever it is, by its ARN; None when there is none."""
        ...

    def definition(self, location: Location, reference: str) -> str:
        """The ARN of a job definition, with its revision; of one that there is not, as it would be."""
        ...

    def tags(self, location: Location, arn: str) -> Mapping[str, str]:
        """The tags of a resource or a job; none of one that there is not."""
        ...


class AccountLookup:
    """Looks into AWS Batch and into moto.

    Args:
        jobs: AWS Batch.
        directory: the account's identities.
        location: the account and the region.
    """

    def __init__(self, jobs: JobQueries, directory: Directory, location: Location) -> None:
        self._jobs = jobs
        self._directory = directory
        self._location = location

    def definition(self, reference: str) -> str:
        """The ARN of a job definition, with its revision."""
        return self._jobs.definition(self._location, reference)

    def task_definition(self, reference: str) -> tuple[str, dict[str, str]]:
        """The ARN of a task definition, with its revision, and its ``taskRoleArn`` and ``executionRoleArn``."""
        backend = ecs_backends[self._location.account][self._location.region]
        try:
            found = backend.describe_task_definition(reference)
        except TaskDefinitionNotFoundException:
            arn = self._location.arn("ecs", f"task-definition/{reference}")
            return (reference if reference.startswith("arn:") else arn), {}
        roles = {name: getattr(found, attribute, None) for name, attribute in _TASK_ROLES.items()}
        return found.arn, {name: role for name, role in roles.items() if role}

    def tags(self, arn: str) -> Mapping[str, str]:
        """The tags of a resource of AWS Batch or Step Functions."""
        if ":batch:" not in arn:
            return _tags_of_state_machine(
                stepfunctions_parser_backends[self._location.account][self._location.region], arn
            )
        head, _, name = arn.rpartition("/")
        # A child of an array job has the tags of the whole.
        whole = f"{head}/{name.partition(':')[0]}" if head.endswith(":job") else arn
        return self._jobs.tags(self._location, whole)

    def secret(self, name: str) -> str:
        """The ARN of a secret."""
        secrets = secretsmanager_backends[self._location.account][self._location.region].secrets
        known = (secret.arn for secret in secrets.values() if name in (secret.arn, secret.name))
        arn = name if name.startswith("arn:") else self._location.arn("secretsmanager", f"secret:{name}")
        return str(next(known, arn))

    def role(self, name: str) -> str:
        """The ARN of a role."""
        return self._directory.role_arn(name)

    def object_tags(self, bucket: str, key: str) -> Mapping[str, str]:
        """The tags of an object of S3; none when it does not exist."""
        found = bucket_of(f"arn:aws:s3:::{bucket}")
        arn = getattr(found.keys.get(key), "arn", None) if found is not None else None
        if found is None or arn is None:
            return {}
        tagger = s3_backends[found.account_id][found.partition].tagger
        tags: Mapping[str, str] = tagger.get_tag_dict_for_resource(arn)
        return tags

    def bucket_key(self, bucket: str) -> str | None:
        """The KMS key of a bucket."""
        found = bucket_of(f"arn:aws:s3:::{bucket}")
        rule = _first((found.encryption or {}).get("Rule")) if found is not None else {}
        default = rule.get("ApplyServerSideEncryptionByDefault", {})
        key: str | None = default.get("KMSMasterKeyID") if default.get("SSEAlgorithm") == "aws:kms" else None
        return key

    def message_key(self, arn: str) -> str | None:
        """The ARN of the KMS key of a queue or a topic; None for one without a key of the account's own."""
        location, name = Location.of(arn), arn.rpartition(":")[2]
        if ":sqs:" in arn:
            found: Any = sqs_backends[location.account][location.region].queues.get(name)
        else:
            found = sns_backends[location.account][location.region].topics.get(arn)
        key = getattr(found, "kms_master_key_id", None)
        if not key or "alias/aws/" in key:
            return None
        backend: Any = kms_backends[location.account][location.region]
        try:
            return str(backend.keys[backend.any_id_to_key_id(key)].arn)
        except (KeyError, ValueError, TypeError, AttributeError):
            return location.arn("kms", key if key.startswith("alias/") else f"key/{key}")


def _first(rules: Any) -> dict[str, Any]:
    found = rules[0] if isinstance(rules, list) and rules else rules
    return found if isinstance(found, dict) else {}


def _tags_of_state_machine(backend: Any, arn: str) -> Mapping[str, str]:
    if ":stateMachine:" not in arn:
        return {}
    found = backend.list_tags_for_resource(arn)
    return {tag["key"]: tag["value"] for tag in (found.get("tags", []) if isinstance(found, dict) else found)}
