"""What stacks have less often: access keys, members of groups, roles of services and identity providers.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-accesskey.html,
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-oidcprovider.html and their
neighbours.
"""

from dataclasses import dataclass
from typing import ClassVar

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made, Properties
from constructs_lib.local.stacks.handlers.contract.operations_handler import OperationsHandler
from constructs_lib.local.stacks.handlers.contract.resource_handler import ResourceHandler
from constructs_lib.local.stacks.handlers.contract.tags import Tagging
from constructs_lib.local.stacks.handlers.iam.backend import backend_of, if_there


class _AccessKey(ResourceHandler):
    """A key of a user; its secret is told to ``Fn::GetAtt`` alone."""

    attributes: ClassVar = {"Id": lambda key: key.access_key_id, "SecretAccessKey": lambda key: key.secret_access_key}

    def make(self, desired: Desired) -> Made:
        key = backend_of(desired).create_access_key(desired.properties["UserName"])
        return Made(str(key.access_key_id), key)

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        """Let it be active, or not."""
        status = change.after.get("Status", "Active")
        backend_of(desired).update_access_key(change.after["UserName"], made.physical_id, status)

    def remove(self, made: Made, desired: Desired) -> None:
        if made.physical_id in backend_of(desired).access_keys:
            backend_of(desired).delete_access_key_by_name(made.physical_id)


class _UserToGroupAddition(ResourceHandler):
    """Users in a group."""

    attributes: ClassVar = {"Id": lambda name: name}

    def make(self, desired: Desired) -> Made:
        return Made(desired.name, desired.name)

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        """Add them, all or none, and take out who is no longer named."""
        del made
        backend, wanted = backend_of(desired), _memberships(change.after)
        backend.get_group(change.after["GroupName"])
        for _, user in wanted:
            backend.get_user(user)
        for group, user in wanted:
            backend.add_user_to_group(group, user)
        for group, user in _memberships(change.before):
            if (group, user) not in wanted:
                if_there(backend.remove_user_from_group, group, user)

    def remove(self, made: Made, desired: Desired) -> None:
        del made
        for group, user in _memberships(desired.properties):
            if_there(backend_of(desired).remove_user_from_group, group, user)


def _memberships(properties: Properties) -> list[tuple[str, str]]:
    return [(properties["GroupName"], user) for user in properties.get("Users", [])]


@dataclass(frozen=True, kw_only=True)
class _OidcProvider(OperationsHandler):
    """A provider of identities by OpenID Connect."""

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        """Take other certificates, and other clients, of one that is there."""
        if not change.is_new and change.touches("ThumbprintList"):
            desired.services.client(self.service).update_open_id_connect_provider_thumbprint(
                OpenIDConnectProviderArn=made.physical_id, ThumbprintList=change.after.get("ThumbprintList", [])
            )
        if not change.is_new and change.touches("ClientIdList"):
            # moto has no operations for it.
            provider = backend_of(desired).get_open_id_connect_provider(made.physical_id)
            provider.client_id_list = list(change.after.get("ClientIdList", []))


HANDLERS: dict[str, Handler] = {
    "AWS::IAM::AccessKey": _AccessKey(),
    "AWS::IAM::OIDCProvider": _OidcProvider(
        service="iam",
        makes="create_open_id_connect_provider",
        removes="delete_open_id_connect_provider",
        key="OpenIDConnectProviderArn",
        ref="OpenIDConnectProviderArn",
        paths={"Arn": ""},
        renamed={"ClientIdList": "ClientIDList"},
        tagging=Tagging("tag_open_id_connect_provider", "untag_open_id_connect_provider"),
    ),
    "AWS::IAM::ServiceLinkedRole": OperationsHandler(
        service="iam",
        makes="create_service_linked_role",
        changes="update_role",
        removes="delete_service_linked_role",
        key="RoleName",
        ref="Role.RoleName",
        paths={"RoleName": ""},
        defaults={"Description": ""},
    ),
    "AWS::IAM::UserToGroupAddition": _UserToGroupAddition(),
}
