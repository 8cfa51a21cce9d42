"""Hashes that the CDK makes of the configuration of a resource, so that it is replaced with it.

They change with every edit of a file that is an asset of the resource, and say nothing that the template does not say:
what else they are made of stands in the template.
Sources: https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_lambda-readme.html#versions,
https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_apigateway-readme.html#deployments and
https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_ec2-readme.html#configuring-instances-using-cloudformation-init-cfn-init
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from constructs_lib.testing.assets import MASK

# The type of a resource, the digits behind its usual logical id, and the name of their mask.
_IN_LOGICAL_IDS: Final = {
    "AWS::Lambda::Version": (32, "<version hash>"),
    "AWS::ApiGateway::Deployment": (32, "<deployment hash>"),
    "AWS::EC2::Instance": (16, "<user data hash>"),
}
_IN_TEXTS: Final = [
    # The export of such a resource: its name ends with a hash of the logical id.
    (
        re.compile(r"(ExportsOutput(?:Ref|FnGetAtt)\w*?[0-9A-F]{8})[0-9a-f]{32}([A-Za-z]*?)[0-9A-F]{8}\b"),
        r"\1<hash>\2",
    ),
    # The parameters of an asset, of the legacy synthesizer: the same.
    (re.compile(rf"(AssetParameters{MASK}[A-Za-z0-9]*?)[0-9A-F]{{8}}\b"), r"\1"),
    # Of the configuration of cfn-init, in the user data of an instance.
    (re.compile(r"(?<=# fingerprint: )[0-9a-f]{16}\b"), "<fingerprint>"),
]


def derived_logical_ids(resources: Mapping[str, Any]) -> dict[str, str]:
    """Logical ids that end with such a hash, and what is shown instead.

    Args:
        resources: of a template, in which the hashes of assets are masked.
    """
    found = {}
    for logical_id, resource in resources.items():
        digits, shown = _IN_LOGICAL_IDS.get(resource.get("Type", ""), (0, ""))
        match = re.fullmatch(rf"(.*[0-9A-F]{{8}})[0-9a-f]{{{digits}}}", logical_id) if digits else None
        # An instance is replaced with its user data: to be seen, unless nothing but a file was edited.
        if match and (resource["Type"] != "AWS::EC2::Instance" or MASK in str(resource)):
            found[logical_id] = f"{match[1]}{shown}"
    return found


def masked_derived(text: str, logical_ids: Mapping[str, str]) -> str:
    """A text without these hashes."""
    for pattern, shown in _IN_TEXTS:
        text = pattern.sub(shown, text)
    for logical_id, shown in logical_ids.items():
        text = text.replace(logical_id, shown)
    return text
