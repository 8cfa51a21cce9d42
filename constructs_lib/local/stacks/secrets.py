"""Gap: moto makes secrets by its API, not by AWS::SecretsManager::Secret.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secret.html
"""

import json
import uuid
from collections.abc import Mapping
from typing import Any

from moto.cloudformation import parsing
from moto.core.common_models import CloudFormationModel
from moto.secretsmanager.models import SecretsManagerBackend, secretsmanager_backends

_LENGTH = 32
_EXCLUDED = ("ExcludeNumbers", "ExcludePunctuation", "ExcludeUppercase", "ExcludeLowercase")


class StackSecret(CloudFormationModel):
    """A secret of a stack.

    Args:
        arn: of the secret.
        name: its name.
    """

    def __init__(self, arn: str, name: str) -> None:
        self.physical_resource_id = arn
        self._name = name

    @staticmethod
    def cloudformation_type() -> str:
        """Its type in templates."""
        return "AWS::SecretsManager::Secret"

    @staticmethod
    def cloudformation_name_type() -> str:
        """Nothing: with the property's name, moto would make another name with every update."""
        return ""

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        """Whether templates get an attribute."""
        return attr == "Id"

    def get_cfn_attribute(self, attribute_name: str) -> str:
        """Its only attribute, which is its ARN."""
        del attribute_name
        return self.physical_resource_id

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **_: Any
    ) -> "StackSecret":
        """Make it, with a value."""
        backend, properties = secretsmanager_backends[account_id][region_name], cloudformation_json["Properties"]
        name = properties.get("Name", resource_name)
        made = backend.create_secret(
            name=name,
            secret_string=_value(backend, properties),
            secret_binary=None,
            description=properties.get("Description"),
            tags=properties.get("Tags", []),
            kms_key_id=properties.get("KmsKeyId"),
            client_request_token=None,
            replica_regions=[],
            force_overwrite=False,
        )
        return cls(json.loads(made)["ARN"], name)

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: "StackSecret",
        new_resource_name: str,
        cloudformation_json: Any,
        account_id: str,
        region_name: str,
    ) -> "StackSecret":
        """Change it; one with another name is another one. A value that was generated stays."""
        properties = cloudformation_json["Properties"]
        if properties.get("Name", original_resource._name) != original_resource._name:  # noqa: SLF001 - of this class
            original_resource.delete(account_id, region_name)
            return cls.create_from_cloudformation_json(new_resource_name, cloudformation_json, account_id, region_name)
        secretsmanager_backends[account_id][region_name].update_secret(
            original_resource.physical_resource_id,
            secret_string=properties.get("SecretString"),
            client_request_token=str(uuid.uuid4()),
            description=properties.get("Description"),
            kms_key_id=properties.get("KmsKeyId"),
        )
        return original_resource

    def delete(self, account_id: str, region_name: str) -> None:
        """Delete it at once, as CloudFormation does."""
        secretsmanager_backends[account_id][region_name].delete_secret(
            self.physical_resource_id, recovery_window_in_days=None, force_delete_without_recovery=True
        )


def install() -> None:
    """Let templates make secrets."""
    for remembered in (parsing.get_model_list, parsing.get_model_map, parsing.get_name_type_map):
        remembered.cache_clear()


def _value(backend: SecretsManagerBackend, properties: Mapping[str, Any]) -> str:
    """The value that is given, or a random one, alone or as a field of a JSON object."""
    if "GenerateSecretString" not in properties:
        return str(properties.get("SecretString", ""))
    wanted = properties["GenerateSecretString"]
    generated = backend.get_random_password(
        int(wanted.get("PasswordLength", _LENGTH)),
        wanted.get("ExcludeCharacters", ""),
        *(_is_true(wanted.get(name)) for name in _EXCLUDED),
        include_space=_is_true(wanted.get("IncludeSpace")),
        require_each_included_type=_is_true(wanted.get("RequireEachIncludedType", True)),
    )
    password = json.loads(generated)["RandomPassword"]
    if "GenerateStringKey" not in wanted:
        return str(password)
    return json.dumps({**json.loads(wanted["SecretStringTemplate"]), wanted["GenerateStringKey"]: password})


def _is_true(value: object) -> bool:
    return str(value).lower() == "true"
