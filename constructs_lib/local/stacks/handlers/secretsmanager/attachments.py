"""AWS::SecretsManager::RotationSchedule and AWS::SecretsManager::SecretTargetAttachment.

A schedule is kept, and no rotation begins: what rotates a secret may be a function that cannot run here, and would
leave it without a value.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-rotationschedule.html
and https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secrettargetattachment.html
"""

import json
from typing import Any, ClassVar

from moto.secretsmanager.models import secretsmanager_backends

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, HandlerError, Made
from constructs_lib.local.stacks.handlers.contract.resource_handler import ResourceHandler


class _OfSecret(ResourceHandler):
    """What belongs to a secret, whose ARN is its physical id."""

    attributes: ClassVar = {"Id": lambda made: made.physical_id}

    def make(self, desired: Desired) -> Made:
        client = desired.services.client("secretsmanager")
        return Made(client.describe_secret(SecretId=desired.properties["SecretId"])["ARN"])

    def read(self, made: Made, desired: Desired) -> Any:
        del desired
        return made


class _RotationSchedule(_OfSecret):
    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        secret, rules = _secret(made, desired), change.after.get("RotationRules", {})
        secret.rotation_enabled = secret.rotation_requested = True
        secret.rotation_lambda_arn = change.after.get("RotationLambdaARN", "")
        secret.auto_rotate_after_days = int(rules.get("AutomaticallyAfterDays", 0))

    def remove(self, made: Made, desired: Desired) -> None:
        if (secret := _secret(made, desired)) is not None:
            secret.rotation_enabled, secret.auto_rotate_after_days = False, 0


class _Attachment(_OfSecret):
    """Writes into a secret where its database is."""

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        client = desired.services.client("secretsmanager")
        known = client.get_secret_value(SecretId=made.physical_id)["SecretString"]
        try:
            value = json.loads(known)
        except ValueError:
            message = "The secret must be a JSON object with the credentials of the database."
            raise HandlerError(message) from None
        told = _target(desired, change.after["TargetType"], change.after["TargetId"])
        client.put_secret_value(SecretId=made.physical_id, SecretString=json.dumps({**value, **told}))

    def remove(self, made: Made, desired: Desired) -> None:
        """Leave the secret as it is, as AWS does."""


def _target(desired: Desired, kind: str, name: str) -> dict[str, Any]:
    """What a secret tells of a database; nothing of one that the embedded AWS does not have."""
    rds = desired.services.client("rds")
    if kind == "AWS::RDS::DBInstance":
        [found] = rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"]
        told = {"host": found["Endpoint"]["Address"], "port": found["Endpoint"]["Port"]}
        return {**told, **_engine(found, "DBName"), "dbInstanceIdentifier": name}
    if kind == "AWS::RDS::DBCluster":
        [found] = rds.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"]
        told = {"host": found["Endpoint"], "port": found["Port"]}
        return {**told, **_engine(found, "DatabaseName"), "dbClusterIdentifier": name}
    return {}


def _engine(found: dict[str, Any], database: str) -> dict[str, Any]:
    return {"engine": found["Engine"], **({"dbname": found[database]} if found.get(database) else {})}


def _secret(made: Made, desired: Desired) -> Any:
    return secretsmanager_backends[desired.services.account][desired.services.region].secrets.get(made.physical_id)


HANDLERS: dict[str, Handler] = {
    "AWS::SecretsManager::RotationSchedule": _RotationSchedule(),
    "AWS::SecretsManager::SecretTargetAttachment": _Attachment(),
}
