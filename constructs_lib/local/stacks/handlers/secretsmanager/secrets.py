"""AWS::SecretsManager::Secret and AWS::SecretsManager::ResourcePolicy.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secret.html
"""

import json
from dataclasses import dataclass
from typing import Any

from moto.secretsmanager.models import secretsmanager_backends

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made, Properties
from constructs_lib.local.stacks.handlers.contract.operations_handler import OperationsHandler
from constructs_lib.local.stacks.handlers.contract.requests import input_of
from constructs_lib.local.stacks.handlers.contract.tags import Tagging

_OF_VALUE = ("GenerateSecretString", "SecretString")


@dataclass(frozen=True, kw_only=True)
class _Secret(OperationsHandler):
    """A secret with a value that is given, or generated when it is made and when the way to generate it changes."""

    def make(self, desired: Desired) -> Made:
        client, given = desired.services.client(self.service), self.given(desired)
        given["SecretString"] = _value(client, desired.properties)
        return Made(client.create_secret(**input_of(client, self.makes, given))["ARN"])

    def change(self, made: Made, desired: Desired, change: Change) -> None:
        client, which = desired.services.client(self.service), self.keys(made, desired)
        wanted: Properties = {name: change.after[name] for name in ("Description", "KmsKeyId") if name in change.after}
        if change.touches(*_OF_VALUE):
            wanted["SecretString"] = _value(client, change.after)
        client.update_secret(**which, **input_of(client, self.changes, wanted))
        # moto takes what is not given for what was there.
        services = desired.services
        secret = secretsmanager_backends[services.account][services.region].secrets[made.physical_id]
        secret.description = change.after.get("Description", "")
        secret.kms_key_id = change.after.get("KmsKeyId")
        added, gone = change.items("AddReplicaRegions")
        if gone:
            regions = [region["Region"] for region in gone]
            client.remove_regions_from_replication(**which, RemoveReplicaRegions=regions)
        if added:
            client.replicate_secret_to_regions(**which, AddReplicaRegions=added)

    def remove(self, made: Made, desired: Desired) -> None:
        """Delete it at once, with its replicas."""
        client, which = desired.services.client(self.service), self.keys(made, desired)
        if regions := [region["Region"] for region in desired.properties.get("ReplicaRegions", [])]:
            client.remove_regions_from_replication(**which, RemoveReplicaRegions=regions)
        client.delete_secret(**which, ForceDeleteWithoutRecovery=True)


def _value(client: Any, properties: Properties) -> str:
    """The value that is given, or a random one, alone or as a member of a JSON object."""
    wanted = properties.get("GenerateSecretString")
    if wanted is None:
        return str(properties.get("SecretString", ""))
    password = client.get_random_password(**input_of(client, "get_random_password", wanted))["RandomPassword"]
    if "GenerateStringKey" not in wanted:
        return str(password)
    return json.dumps({**json.loads(wanted["SecretStringTemplate"]), wanted["GenerateStringKey"]: password})


HANDLERS: dict[str, Handler] = {
    "AWS::SecretsManager::ResourcePolicy": OperationsHandler(
        service="secretsmanager",
        makes="put_resource_policy",
        changes="put_resource_policy",
        removes="delete_resource_policy",
        key="SecretId",
        ref="ARN",
        paths={"Id": ""},
    ),
    "AWS::SecretsManager::Secret": _Secret(
        service="secretsmanager",
        makes="create_secret",
        changes="update_secret",
        key="SecretId",
        name="Name",
        paths={"Id": ""},
        renamed={"ReplicaRegions": "AddReplicaRegions"},
        tagging=Tagging(),
    ),
}
