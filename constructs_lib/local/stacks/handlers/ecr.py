"""AWS::ECR: repositories of images, by moto's backend.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecr-repository.html
"""

import json
from typing import Any, ClassVar

from moto.ecr.models import ecr_backends

from constructs_lib.local.stacks.handlers.contract.change import Change, boolean
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made
from constructs_lib.local.stacks.handlers.contract.resource_handler import ResourceHandler

_ENCRYPTION = {"EncryptionType": "encryptionType", "KmsKey": "kmsKey"}


class _Repository(ResourceHandler):
    """Made under a name of its own in small letters, as no other is a name of a repository."""

    attributes: ClassVar = {
        "Arn": lambda repository: repository.arn,
        "RepositoryUri": lambda repository: repository.uri,
    }

    def make(self, desired: Desired) -> Made:
        properties = desired.properties
        name = properties.get("RepositoryName", desired.name.lower())
        given = properties.get("EncryptionConfiguration") or {}
        encryption = {member: given[key] for key, member in _ENCRYPTION.items() if key in given}
        made = _ecr(desired).create_repository(
            name,
            registry_id=None,
            encryption_config=encryption,
            image_scan_config=None,
            image_tag_mutability=None,
            tags=[],
        )
        return Made(name, made)

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        backend, repository, after = _ecr(desired), made.model, change.after
        changed, gone = change.tags()
        backend.tag_resource(repository.arn, [{"Key": key, "Value": value} for key, value in changed.items()])
        backend.untag_resource(repository.arn, gone)
        scanning = (after.get("ImageScanningConfiguration") or {}).get("ScanOnPush", False)
        backend.put_image_scanning_configuration(None, repository.name, {"scanOnPush": boolean(scanning)})
        if change.touches("ImageTagMutability", "ImageTagMutabilityExclusionFilters"):
            mutability = after.get("ImageTagMutability", "MUTABLE")
            filters = [
                {
                    "filterType": item["ImageTagMutabilityExclusionFilterType"],
                    "filter": item["ImageTagMutabilityExclusionFilterValue"],
                }
                for item in after.get("ImageTagMutabilityExclusionFilters") or []
            ]
            backend.put_image_tag_mutability(None, repository.name, mutability, filters or None)
        if change.touches("RepositoryPolicyText"):
            repository.policy = None
            if policy := after.get("RepositoryPolicyText"):
                backend.set_repository_policy(None, repository.name, _text(policy))
        if change.touches("LifecyclePolicy"):
            repository.lifecycle_policy = None
            if policy := (after.get("LifecyclePolicy") or {}).get("LifecyclePolicyText"):
                backend.put_lifecycle_policy(None, repository.name, _text(policy))

    def remove(self, made: Made, desired: Desired) -> None:
        force = boolean(desired.properties.get("EmptyOnDelete", False))
        _ecr(desired).delete_repository(made.physical_id, force=force)


def _ecr(desired: Desired) -> Any:
    return ecr_backends[desired.services.account][desired.services.region]


def _text(policy: Any) -> str:
    return policy if isinstance(policy, str) else json.dumps(policy)


HANDLERS: dict[str, Handler] = {"AWS::ECR::Repository": _Repository()}
