"""What a call wants a stack to be made of: its template with parameters, tags and capabilities, checked at the call.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html and
https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateStack.html
"""

from collections.abc import Mapping
from typing import Any

from constructs_lib.local.stacks.api.template_urls import fetched, snippet
from constructs_lib.local.stacks.engine.errors import CallError
from constructs_lib.local.stacks.engine.stack import Source, Stack
from constructs_lib.local.stacks.engine.world import World
from constructs_lib.templates import transforms
from constructs_lib.templates.errors import TemplateError
from constructs_lib.templates.evaluation import Evaluator, NothingDeployed, Outside
from constructs_lib.templates.parameters import parameters
from constructs_lib.templates.pseudo import Pseudo
from constructs_lib.templates.reading import read
from constructs_lib.templates.unknown import Unknown
from constructs_lib.templates.validation import check_deployment, validate

Request = Mapping[str, Any]

_NAMED = {
    "AWS::IAM::Group": "GroupName",
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::User": "UserName",
}
_IAM = {*_NAMED, "AWS::IAM::AccessKey", "AWS::IAM::Policy", "AWS::IAM::UserToGroupAddition"}


def body_of(request: Request, world: World, before: Source | None = None) -> str:
    """The text of the template that a call names.

    Raises:
        CallError: it names none, or one that is not there.
    """
    if request.get("TemplateBody"):
        return str(request["TemplateBody"])
    if request.get("TemplateURL"):
        return fetched(str(request["TemplateURL"]), world.services)
    if request.get("UsePreviousTemplate") and before:
        return before.body
    raise CallError("Either Template URL or Template Body must be specified.")


def source_of(request: Request, world: World, stack_name: str, stack: Stack | None = None) -> Source:
    """What a call wants a stack to be made of.

    Args:
        request: the call.
        world: where it is made.
        stack_name: of the stack.
        stack: the stack as it is. Default: it is new.

    Raises:
        CallError: CloudFormation would refuse the call.
    """
    before = stack.source if stack else None
    body = body_of(request, world, before)
    capabilities = tuple(request.get("Capabilities", ()))
    given = _given(request, before)
    place = world.services
    pseudo = Pseudo(place.account, place.region, stack_name, *((stack.id,) if stack else ()))
    try:
        template = read(body)
        if "ChangeSetName" not in request:  # else they are seen in it before anything is made
            _check_transforms(template, capabilities)
        validate(template, place.region)
        values = parameters(template, given, store=lambda name: world.outside.dynamic("ssm", name))
        deployment = Evaluator(template, parameters=values, pseudo=pseudo, outside=_Outside(world.outside))
        if transforms.is_transformed(template):
            template = transforms.transformed(deployment, world.managed_policies, lambda url: snippet(url, place))
            validate(template, place.region)
            deployment = Evaluator(template, parameters=values, pseudo=pseudo, outside=_Outside(world.outside))
        check_deployment(deployment, place.region)
    except TemplateError as error:
        raise CallError(error.message) from None
    _check_capabilities(template, capabilities)
    return Source(
        body=body,
        template=template,
        given=given,
        parameters=values,
        tags=_tags(request, before),
        capabilities=capabilities,
        role=request.get("RoleARN") or (before.role if before else None),
        notifications=tuple(request.get("NotificationARNs") or (before.notifications if before else ())),
    )


def _given(request: Request, before: Source | None) -> dict[str, str]:
    given = {}
    for item in request.get("Parameters", []):
        name = item["ParameterKey"]
        if item.get("UsePreviousValue"):
            if before is None:
                message = "Cannot specify usePreviousValue as true for a parameter key not in the previous template"
                raise CallError(f"Invalid input for parameter key {name}. {message}")
            if name in before.given:
                given[name] = before.given[name]
        else:
            given[name] = item.get("ParameterValue", "")
    return given


def _tags(request: Request, before: Source | None) -> dict[str, str]:
    if "Tags" not in request and before:
        return dict(before.tags)
    return {item["Key"]: item["Value"] for item in request.get("Tags", [])}


def _check_transforms(template: Mapping[str, Any], capabilities: tuple[str, ...]) -> None:
    names = transforms.names(template)
    if names and set(names) != {"AWS::LanguageExtensions"} and "CAPABILITY_AUTO_EXPAND" not in capabilities:
        raise CallError("Requires capabilities : [CAPABILITY_AUTO_EXPAND]", "InsufficientCapabilitiesException")


def _check_capabilities(template: Mapping[str, Any], capabilities: tuple[str, ...]) -> None:
    wanted = needed_capabilities(template)
    if "CAPABILITY_NAMED_IAM" in capabilities:
        return
    if wanted and not set(wanted) <= set(capabilities):
        raise CallError(f"Requires capabilities : [{wanted[0]}]", "InsufficientCapabilitiesException")


def needed_capabilities(template: Mapping[str, Any]) -> list[str]:
    """The capability that a template's resources of IAM need to be acknowledged by."""
    resources = [item for item in template.get("Resources", {}).values() if item["Type"] in _IAM]
    if any(_NAMED.get(item["Type"]) in item.get("Properties", {}) for item in resources):
        return ["CAPABILITY_NAMED_IAM"]
    return ["CAPABILITY_IAM"] if resources else []


class _Outside(NothingDeployed):
    """What is outside as far as a call looks: secrets and exports are read when the stack is made."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    def zones(self, region: str) -> list[str] | Unknown:
        """The zones of a region."""
        return self._outside.zones(region)
