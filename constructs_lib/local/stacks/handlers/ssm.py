"""AWS::SSM::Parameter and AWS::SSM::Document.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-parameter.html and
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-document.html
"""

from dataclasses import dataclass
from typing import Any

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, HandlerError, Made, Properties
from constructs_lib.local.stacks.handlers.contract.operations_handler import OperationsHandler
from constructs_lib.local.stacks.handlers.contract.requests import text
from constructs_lib.local.stacks.handlers.contract.tags import Tagging

_TYPES = ("String", "StringList")


@dataclass(frozen=True, kw_only=True)
class _Parameter(OperationsHandler):
    def make(self, desired: Desired) -> Made:
        _check_type(desired)
        return super().make(desired)

    def update(self, made: Made, desired: Desired, before: Desired) -> Made:
        _check_type(desired)
        return super().update(made, desired, before)

    def given(self, desired: Desired) -> Properties:
        """Its properties; a name that is generated begins as in AWS, as no name may begin as one of AWS itself."""
        given = super().given(desired)
        if "Name" not in desired.properties:
            given["Name"] = f"CFN-{desired.logical_id}-{desired.name.rpartition('-')[2]}"
        return given


def _check_type(desired: Desired) -> None:
    kind = desired.properties.get("Type")
    if kind not in _TYPES:
        problem = f"#/Type: {kind} is not a valid enum value"
        message = f"Properties validation failed for resource {desired.logical_id} with message:\n[{problem}]"
        raise HandlerError(message, None)


@dataclass(frozen=True, kw_only=True)
class _Document(OperationsHandler):
    """A document; one whose updates make new versions has the newest as its default."""

    def change(self, made: Made, desired: Desired, change: Change) -> None:
        """Make a version, or take the one that was like this before: no two may be the same."""
        ssm, name = desired.services.client(self.service), made.physical_id
        try:
            super().change(made, desired, change)
            version = ssm.describe_document(Name=name, DocumentVersion="$LATEST")["Document"]["DocumentVersion"]
        except ssm.exceptions.DuplicateDocumentContent:
            version = _version_of(ssm, name, text(change.after["Content"]))
        ssm.update_document_default_version(Name=name, DocumentVersion=version)

    def given(self, desired: Desired) -> Properties:
        """Its properties without the word about updates, which is for CloudFormation."""
        given = {**self.defaults, **super().given(desired)}
        given.pop("UpdateMethod", None)
        return given

    def replaces(self, desired: Desired, before: Desired) -> bool | None:
        """Whatever changes but its tags replaces one whose updates do not make new versions."""
        before_it, after = self.given(before), self.given(desired)
        touched = {name for name in before_it | after if before_it.get(name) != after.get(name)}
        makes_versions = desired.properties.get("UpdateMethod") == "NewVersion"
        return bool(touched & _OF_ALL_VERSIONS if makes_versions else touched - {"Tags"})


def _version_of(ssm: Any, name: str, content: str) -> str:
    newest = int(ssm.describe_document(Name=name)["Document"]["LatestVersion"])
    versions = (ssm.get_document(Name=name, DocumentVersion=str(number)) for number in range(1, newest + 1))
    return str(next(version["DocumentVersion"] for version in versions if version["Content"] == content))


_OF_ALL_VERSIONS = {"Name", "DocumentType"}

HANDLERS: dict[str, Handler] = {
    "AWS::SSM::Document": _Document(
        service="ssm",
        makes="create_document",
        changes="update_document",
        removes="delete_document",
        key="Name",
        name="Name",
        defaults={"DocumentFormat": "JSON", "DocumentType": "Command"},
        fixed={"DocumentVersion": "$LATEST"},
        tagging=Tagging("add_tags_to_resource", "remove_tags_from_resource", {"ResourceType": "Document"}),
    ),
    "AWS::SSM::Parameter": _Parameter(
        service="ssm",
        makes="put_parameter",
        changes="put_parameter",
        removes="delete_parameter",
        reads="get_parameter",
        key="Name",
        name="Name",
        paths={"Arn": "Parameter.ARN", "Type": "Parameter.Type", "Value": "Parameter.Value"},
        defaults={"AllowedPattern": "", "Description": "", "DataType": "text", "Tier": "Standard"},
        fixed={"Overwrite": True},
        tagging=Tagging("add_tags_to_resource", "remove_tags_from_resource", {"ResourceType": "Parameter"}),
    ),
}
