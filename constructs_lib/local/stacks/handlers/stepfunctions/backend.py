"""moto's Step Functions of an account and region: used without a client, as each of our stacks has a state machine."""

from typing import Any

from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from constructs_lib.local.stacks.handlers.contract.change import Change, boolean
from constructs_lib.local.stacks.handlers.contract.handler import Desired

_BOOLEANS = ("enabled", "includeExecutionData")


def backend_of(desired: Desired) -> Any:
    """Where state machines are interpreted, not only stored."""
    return stepfunctions_parser_backends[desired.services.account][desired.services.region]


def in_camel_case(value: Any) -> Any:
    """A property as the API has it, which writes the names of members with a small letter in front."""
    if isinstance(value, list):
        return [in_camel_case(item) for item in value]
    if not isinstance(value, dict):
        return value
    members = {name[:1].lower() + name[1:]: in_camel_case(item) for name, item in value.items()}
    return {name: boolean(item) if name in _BOOLEANS else item for name, item in members.items()}


def tag(desired: Desired, arn: str, change: Change) -> None:
    """Give a resource the tags of its template; those that others have given it stay."""
    changed, gone = change.tags()
    backend_of(desired).tag_resource(arn, changed)
    backend_of(desired).untag_resource(arn, gone)


def forget_tags(desired: Desired, arn: str) -> None:
    """Take the tags of what is deleted, which another one of its name would have."""
    backend_of(desired).tagger.delete_all_tags_for_resource(arn)
