"""What the CDK makes of networks and identities by functions."""

import contextlib
import json
from typing import Any

from botocore.exceptions import ClientError

from constructs_lib.local.stacks.handlers.custom.providers.requests import Answer, Request

_NO_THUMBPRINT = "0" * 40
"""That of a provider whose certificate nobody has fetched: nothing here leaves this machine."""


def default_group(asked: Request) -> Answer:
    """``restrict_default_security_group`` of a VPC: its default group lets nothing in or out."""
    group, account = asked.properties["DefaultSecurityGroupId"], asked.properties["Account"]
    before = str(asked.before.get("DefaultSecurityGroupId", group))
    ec2 = asked.services.client("ec2")
    if asked.kind == "Delete" or before != group:
        for operation, rule in _rules("authorize", before, account):
            getattr(ec2, operation)(**rule)
    if asked.kind == "Create" or before != group:
        for operation, rule in _rules("revoke", group, account):
            with contextlib.suppress(ClientError):  # what is not there
                getattr(ec2, operation)(**rule)
    return Answer(asked.physical_id)


def _rules(verb: str, group: str, account: str) -> list[tuple[str, dict[str, Any]]]:
    """The operations for the rules that a default group is made with."""
    inside = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group, "UserId": account}]}
    everywhere = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    return [
        (f"{verb}_security_group_ingress", {"GroupId": group, "IpPermissions": [inside]}),
        (f"{verb}_security_group_egress", {"GroupId": group, "IpPermissions": [everywhere]}),
    ]


def identity_provider(asked: Request) -> Answer:
    """``iam.OpenIdConnectProvider``."""
    iam, properties = asked.services.client("iam"), asked.properties
    wanted = {
        "ClientIDList": sorted(properties.get("ClientIDList", [])),
        "ThumbprintList": sorted(properties.get("ThumbprintList", [])) or [_NO_THUMBPRINT],
    }
    data = {"Thumbprints": json.dumps(wanted["ThumbprintList"])}
    which = {"OpenIDConnectProviderArn": asked.physical_id}
    if asked.kind == "Delete":
        iam.delete_open_id_connect_provider(**which)
    elif asked.kind == "Create" or asked.before.get("Url") != properties["Url"]:
        made = iam.create_open_id_connect_provider(Url=properties["Url"], **wanted)
        return Answer(made["OpenIDConnectProviderArn"], data)
    else:
        iam.update_open_id_connect_provider_thumbprint(**which, ThumbprintList=wanted["ThumbprintList"])
    return Answer(asked.physical_id, data)
