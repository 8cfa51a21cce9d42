"""A launch template of the caller's: what its instances run when they start, and which version of it they are.

Sources: https://docs.aws.amazon.com/batch/latest/userguide/launch-templates.html and
https://docs.aws.amazon.com/batch/latest/APIReference/API_LaunchTemplateSpecification.html
"""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Any, Final

from aws_cdk import Annotations, Reference, Stack, Token, Tokenization
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.tokens import resolved
from constructs_lib.rules import Caution, Rule

OwnTemplate = ec2.ILaunchTemplate | ec2.CfnLaunchTemplate
"""A launch template of level 2, of level 1, or an imported one."""

_HEADER: Final = re.compile(r"\s*(MIME-Version|Content-Type)\s*:", re.IGNORECASE)
_MOVING: Final = {"$Default", "$Latest"}


@dataclass(frozen=True, slots=True)
class _UserData:
    """What is known of user data: whether it could be read, and how it begins; None is that there is none."""

    known: bool
    text: str | None = None


def as_level_2(scope: Construct, template: OwnTemplate | None) -> ec2.ILaunchTemplate | None:
    """A template of level 1 as one of level 2, with its version by attribute, so that a change of it rolls."""
    if not isinstance(template, ec2.CfnLaunchTemplate):
        return template
    return ec2.LaunchTemplate.from_launch_template_attributes(
        scope,
        "OwnLaunchTemplate",
        launch_template_id=template.ref,
        version_number=template.attr_latest_version_number,
    )


def check_user_data(place: ArgumentPath, template: OwnTemplate | None) -> None:
    """Refuse user data of a template of this app with which the environment would become INVALID."""
    if template is None:
        return
    found = _user_data(template)
    if found.text is None or _HEADER.match(found.text):
        return
    raise Rule.MIME_USER_DATA.error(
        place,
        got=f"user data that begins with {found.text.lstrip()[:20]!r}",
        expected="AWS Batch requires a MIME multi-part archive as user data of a launch template; with any other the "
        "environment becomes INVALID",
        fix="Make it an ec2.MultipartUserData with your script as a part, or pass the script as user_data of the "
        "environment, which does so.",
    )


def warn_of_own_template(environment: Construct, given: OwnTemplate | None) -> None:
    """Warn, at the environment, of what cannot be read, and of a version that means another one from time to time."""
    if given is None:
        return
    if not _user_data(given).known:
        Annotations.of(environment).add_warning_v2(
            Caution.LAUNCH_TEMPLATE_USER_DATA.id,
            "The user data of the launch template is not known here, as it is imported or a token. If it has any, it "
            "has to be MIME of several parts, or the environment becomes INVALID.",
        )
    version = None if isinstance(given, ec2.CfnLaunchTemplate | ec2.LaunchTemplate) else given.version_number
    if version in _MOVING:
        Annotations.of(environment).add_warning_v2(
            Caution.LAUNCH_TEMPLATE_VERSION.id,
            f"The version of the launch template is {version}: a change of the template changes nothing of this "
            "environment, so that no update of it starts new instances, and old and new ones run side by side. Pass "
            "version_number, of a template of this app its attr_latest_version_number.",
        )


def _user_data(template: OwnTemplate) -> _UserData:
    if isinstance(template, ec2.LaunchTemplate):
        data = template.user_data
        if data is None or isinstance(data, ec2.MultipartUserData):
            return _UserData(known=True)
        return _read(data.render())
    resource = template if isinstance(template, ec2.CfnLaunchTemplate) else _resource_of(template)
    if resource is None:
        return _UserData(known=False)
    rendered = Stack.of(resource).resolve(resource.launch_template_data)
    if not isinstance(rendered, dict):
        return _UserData(known=rendered is None)
    return _decoded(rendered.get("userData", rendered.get("UserData")))


def _resource_of(template: ec2.ILaunchTemplate) -> ec2.CfnLaunchTemplate | None:
    """The resource of this app that an imported template refers to, if it does."""
    for name in (template.launch_template_id, template.launch_template_name):
        if name is None or not Token.is_unresolved(name):
            continue
        token: Any = Tokenization.reverse_string(name).first_token
        if token is not None and Reference.is_reference(token) and isinstance(token.target, ec2.CfnLaunchTemplate):
            return token.target
    return None


def _decoded(value: Any) -> _UserData:
    """What stands in a template in the place of user data: Base64 as text, or by a function of CloudFormation."""
    match value:
        case None:
            return _UserData(known=True)
        case {"Fn::Base64": inner}:
            return _beginning(inner)
        case str() if resolved(value):
            try:
                return _read(base64.b64decode(value, validate=True).decode())
            except (binascii.Error, UnicodeDecodeError):
                pass
    return _UserData(known=False)


def _beginning(value: Any) -> _UserData:
    match value:
        case str():
            return _read(value)
        case {"Fn::Join": [_, [str() as first, *_]]} | {"Fn::Sub": str() as first} | {"Fn::Sub": [str() as first, *_]}:
            return _read(first)
    return _UserData(known=False)


def _read(text: str) -> _UserData:
    """A text that begins with a token does not tell what it is."""
    return _UserData(known=False) if text.lstrip().startswith("${") else _UserData(known=True, text=text)
