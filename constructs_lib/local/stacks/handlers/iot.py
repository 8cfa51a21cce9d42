"""AWS::IoT: things, policies and whom they are for; moto keeps them, without their tags, and no message passes.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_IoT.html
"""

from dataclasses import dataclass

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made, Properties
from constructs_lib.local.stacks.handlers.contract.operations_handler import OperationsHandler
from constructs_lib.local.stacks.handlers.contract.requests import text
from constructs_lib.local.stacks.handlers.contract.resource_handler import ResourceHandler

_MOST_VERSIONS = 5


@dataclass(frozen=True, kw_only=True)
class _Policy(OperationsHandler):
    """A policy; a change makes a new version of it, and takes away the oldest where there are five."""

    def given(self, desired: Desired) -> Properties:
        """Its properties, its document as a text."""
        given = super().given(desired)
        return {**given, "PolicyDocument": text(given["PolicyDocument"])}

    def change(self, made: Made, desired: Desired, change: Change) -> None:
        others = self._other_versions(made, desired)
        if len(others) + 1 >= _MOST_VERSIONS:
            self._take(made, desired, others[0])
        desired.services.client(self.service).create_policy_version(
            policyName=made.physical_id, policyDocument=change.after["PolicyDocument"], setAsDefault=True
        )

    def remove(self, made: Made, desired: Desired) -> None:
        """Delete its other versions, and it."""
        for version in self._other_versions(made, desired):
            self._take(made, desired, version)
        super().remove(made, desired)

    def _other_versions(self, made: Made, desired: Desired) -> list[str]:
        found = desired.services.client(self.service).list_policy_versions(policyName=made.physical_id)
        others = [item["versionId"] for item in found["policyVersions"] if not item["isDefaultVersion"]]
        return sorted(others, key=int)

    def _take(self, made: Made, desired: Desired, version: str) -> None:
        client = desired.services.client(self.service)
        client.delete_policy_version(policyName=made.physical_id, policyVersionId=version)


class _Attachment(ResourceHandler):
    """Something that a principal, such as a certificate, has.

    Args:
        what: the property that says what it has.
        attaches, detaches: the operations.
        principal: the member of these that says who.
    """

    service = "iot"

    def __init__(self, what: str, attaches: str, detaches: str, principal: str) -> None:
        self._what, self._attaches, self._detaches, self._principal = what, attaches, detaches, principal

    def make(self, desired: Desired) -> Made:
        self._call(desired, self._attaches)
        return Made(f"{desired.properties[self._what]}|{desired.properties['Principal']}")

    def remove(self, made: Made, desired: Desired) -> None:
        del made
        self._call(desired, self._detaches)

    def _call(self, desired: Desired, operation: str) -> None:
        self.call(desired, operation, desired.properties, **{self._principal: desired.properties["Principal"]})


HANDLERS: dict[str, Handler] = {
    "AWS::IoT::Policy": _Policy(
        service="iot",
        makes="create_policy",
        changes="create_policy_version",
        removes="delete_policy",
        reads="get_policy",
        key="policyName",
        name="PolicyName",
        renamed={"PolicyName": "policyName"},
        paths={"Arn": "policyArn", "Id": ""},
    ),
    "AWS::IoT::PolicyPrincipalAttachment": _Attachment("PolicyName", "AttachPolicy", "DetachPolicy", "target"),
    "AWS::IoT::Thing": OperationsHandler(
        service="iot",
        makes="create_thing",
        changes="update_thing",
        removes="delete_thing",
        reads="describe_thing",
        key="thingName",
        name="ThingName",
        renamed={"ThingName": "thingName"},
        paths={"Arn": "thingArn", "Id": "thingId"},
        defaults={"AttributePayload": {"attributes": {}}},
    ),
    "AWS::IoT::ThingPrincipalAttachment": _Attachment(
        "ThingName", "AttachThingPrincipal", "DetachThingPrincipal", "principal"
    ),
}
