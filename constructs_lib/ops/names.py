"""What a person means by a name: an ARN, what AWS calls something, an id of a job, or a construct of a stack.

Everything that is found has an ARN, or for a job its id; operations take nothing else.
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, Final

from botocore.exceptions import ClientError

from constructs_lib.local.apps.deployment import Deployment, deployed
from constructs_lib.local.apps.resource_names import find, listed
from constructs_lib.ops.account import Account
from constructs_lib.ops.errors import NotFoundError


class Kind(StrEnum):
    """What operations work on; the value is the word for it in messages."""

    EXECUTION = "execution"
    STATE_MACHINE = "state machine"
    QUEUE = "job queue"
    ENVIRONMENT = "compute environment"
    DEFINITION = "job definition"
    JOB = "job"


@dataclass(frozen=True, slots=True)
class Named:
    """Something that was found by a name.

    Attributes:
        kind: what it is.
        id: its ARN; of a job its id, with ``:INDEX`` for the child of an array job and ``#INDEX`` for a node.
        shown: what a person calls it.
    """

    kind: Kind
    id: str
    shown: str


_TYPES: Final = {
    Kind.STATE_MACHINE: "AWS::StepFunctions::StateMachine",
    Kind.QUEUE: "AWS::Batch::JobQueue",
    Kind.ENVIRONMENT: "AWS::Batch::ComputeEnvironment",
    Kind.DEFINITION: "AWS::Batch::JobDefinition",
}

_ARN = "arn:[a-z-]+"
_ARNS: Final = {
    Kind.EXECUTION: re.compile(rf"{_ARN}:states:[a-z0-9-]+:\d{{12}}:(?:execution|express|mapRun):.+"),
    Kind.STATE_MACHINE: re.compile(rf"{_ARN}:states:[a-z0-9-]+:\d{{12}}:stateMachine:.+"),
    Kind.QUEUE: re.compile(rf"{_ARN}:batch:[a-z0-9-]+:\d{{12}}:job-queue/.+"),
    Kind.ENVIRONMENT: re.compile(rf"{_ARN}:batch:[a-z0-9-]+:\d{{12}}:compute-environment/.+"),
    Kind.DEFINITION: re.compile(rf"{_ARN}:batch:[a-z0-9-]+:\d{{12}}:job-definition/.+"),
    Kind.JOB: re.compile(rf"{_ARN}:batch:[a-z0-9-]+:\d{{12}}:job/(?P<id>.+)"),
}
_JOB_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:[:#]\d+)?")
_SHOWN = 15
_STACK = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
"""What stacks may be called: AWS takes no name at all for all stacks."""
_NO_STACK: Final = ("ValidationError", "AccessDenied", "AccessDeniedException")
"""There is none of the name, or who asks may not read stacks: names in AWS mean something all the same."""
_NO_EXECUTION = ("ExecutionDoesNotExist", "InvalidArn", "ValidationException")


def resolve(account: Account, wanted: str, kinds: Collection[Kind]) -> Named:
    """Find what a name means.

    In this order: an ARN; the id of a job; ``STACK``, if it has one thing of these kinds, or ``STACK/CONSTRUCT``, by
    the id or path of the construct, the logical id, the name, or the beginning of one; the name in AWS. For an
    execution, the name of a state machine, or of its stack whatever else that has, means its newest execution, and
    ``STATE-MACHINE:NAME``, ``STACK:NAME`` or ``STACK/CONSTRUCT:NAME`` the one that is called so.

    Args:
        account: where it is.
        wanted: the name.
        kinds: what it may be.

    Raises:
        NotFoundError: there is none of these kinds, or several are meant.
    """
    if found := by_arn(wanted):
        return _checked(found, wanted, kinds)
    if Kind.JOB in kinds and _JOB_ID.fullmatch(wanted):
        return Named(Kind.JOB, wanted, wanted)
    if Kind.EXECUTION in kinds and (found := _execution_of_stack(account, wanted)):
        return found
    of_stack = {kind for kind in kinds if kind in _TYPES}
    if Kind.EXECUTION in kinds:
        of_stack.add(Kind.STATE_MACHINE)
    found = _in_stack(account, wanted, of_stack, is_run=Kind.EXECUTION in kinds) or _in_aws(account, wanted, of_stack)
    if found is None and Kind.EXECUTION in kinds:
        found = _execution_named(account, wanted)
    if found is None:
        raise NotFoundError(_nothing(account, wanted, kinds, of_stack))
    if found.kind is Kind.STATE_MACHINE and Kind.STATE_MACHINE not in kinds:
        return newest_execution(account, found)
    return found


def by_arn(text: str) -> Named | None:
    """What an ARN is of; None for a text that is none of AWS Batch and Step Functions."""
    for kind, pattern in _ARNS.items():
        if match := pattern.fullmatch(text):
            return Named(
                kind, match["id"] if kind is Kind.JOB else text, text.rpartition("/" if "/" in text else ":")[2]
            )
    return None


def stack_of(account: Account, name: str) -> Deployment:
    """A deployed stack, with its resources, those of nested stacks, and what their constructs are called.

    Raises:
        NotFoundError: there is none of this name; the message says which there are.
    """
    try:
        if _STACK.fullmatch(name):
            return deployed(account.client("cloudformation"), name)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
    names = _stacks(account)
    raise NotFoundError(f"no stack {name!r} in {account.shown}, {_there_are(names)}{_near(name, names)}")


def state_machines_of(account: Account, name: str) -> list[str]:
    """The ARNs of the state machines that are meant by a stack; none if there is no stack of this name."""
    stack = None if _JOB_ID.fullmatch(name) else _stack(account, name)
    if stack is None:
        return []
    return [item.physical_id for item in stack.meant(stack.named(_TYPES[Kind.STATE_MACHINE]))]


def newest_execution(account: Account, machine: Named) -> Named:
    """The execution of a state machine that started last.

    Raises:
        NotFoundError: it has none.
    """
    listed_ = account.client("stepfunctions").list_executions(stateMachineArn=machine.id, maxResults=1)["executions"]
    if not listed_:
        raise NotFoundError(f"{machine.shown} has no execution yet: start one with `constructs-lib run`")
    return Named(Kind.EXECUTION, listed_[0]["executionArn"], listed_[0]["name"])


def _checked(found: Named, wanted: str, kinds: Collection[Kind]) -> Named:
    if found.kind not in kinds:
        raise NotFoundError(f"{wanted} is the ARN of a {found.kind}, expected: {_words(kinds)}")
    return found


def _in_stack(account: Account, wanted: str, kinds: Collection[Kind], *, is_run: bool = False) -> Named | None:
    """A resource of the stack that the name begins with; None if there is no such stack."""
    name, _, path = wanted.partition("/")
    stack = _stack(account, name)
    if stack is None:
        return None
    known = [(kind, item) for kind in kinds for item in stack.named(_TYPES[kind])]
    if not path and is_run:
        # A pipeline is called like its stack, whatever else it has.
        known = [(kind, item) for kind, item in known if kind is Kind.STATE_MACHINE] or known
    items = [item for _, item in known]
    found = find(path, items) if path else stack.meant(items)
    if len(found) == 1:
        [(kind, item)] = [(kind, item) for kind, item in known if item is found[0]]
        return Named(kind, item.physical_id, item.shown)
    words = _words(kinds)
    if not found:
        has = listed(item for _, item in known) or "none"
        raise NotFoundError(f"stack {name} has no {words}{f' {path!r}' if path else ''}, it has: {has}")
    several = _words({kind for kind, item in known if item in found}, plural="s")
    raise NotFoundError(f"stack {name} has several {several}, name one as {name}/NAME: {listed(found)}")


def _stack(account: Account, name: str) -> Deployment | None:
    """A deployed stack; None if there is none of this name."""
    if not _STACK.fullmatch(name):
        return None
    try:
        return deployed(account.client("cloudformation"), name)
    except ClientError as error:
        if error.response["Error"]["Code"] in _NO_STACK:
            return None
        raise


def _in_aws(account: Account, wanted: str, kinds: Collection[Kind]) -> Named | None:
    for kind in kinds:
        if arn := _LOOKUPS[kind](account, wanted):
            return Named(kind, arn, wanted)
    return None


def _queue(account: Account, name: str) -> str | None:
    return _one(account, "describe_job_queues", "jobQueues", "jobQueueArn", name)


def _environment(account: Account, name: str) -> str | None:
    return _one(account, "describe_compute_environments", "computeEnvironments", "computeEnvironmentArn", name)


def _one(account: Account, operation: str, member: str, arn: str, name: str) -> str | None:
    """By a name that AWS Batch would take; it refuses other texts."""
    if not re.fullmatch(r"[\w-]{1,128}", name, re.ASCII):
        return None
    found = getattr(account.client("batch"), operation)(**{member: [name]})[member]
    return str(found[0][arn]) if found else None


def _definition(account: Account, name: str) -> str | None:
    """The newest active revision, or the one that the name ends with."""
    if not re.fullmatch(r"[\w-]{1,128}(:\d+)?", name, re.ASCII):
        return None
    by = {"jobDefinitions": [name]} if ":" in name else {"jobDefinitionName": name, "status": "ACTIVE"}
    pages = account.client("batch").get_paginator("describe_job_definitions").paginate(**by)
    found = [item for page in pages for item in page["jobDefinitions"]]
    return str(max(found, key=lambda item: int(item["revision"]))["jobDefinitionArn"]) if found else None


def _state_machine(account: Account, name: str) -> str | None:
    return next((item["stateMachineArn"] for item in _state_machines(account) if item["name"] == name), None)


def _state_machines(account: Account) -> Iterator[dict[str, Any]]:
    for page in account.client("stepfunctions").get_paginator("list_state_machines").paginate():
        yield from page["stateMachines"]


_LOOKUPS: Final[dict[Kind, Callable[[Account, str], str | None]]] = {
    Kind.QUEUE: _queue,
    Kind.ENVIRONMENT: _environment,
    Kind.DEFINITION: _definition,
    Kind.STATE_MACHINE: _state_machine,
}


def _execution_of_stack(account: Account, wanted: str) -> Named | None:
    """``STACK:NAME`` or ``STACK/CONSTRUCT:NAME``; None if there is no such stack."""
    where, separator, name = wanted.rpartition(":")
    machine = _in_stack(account, where, {Kind.STATE_MACHINE}) if separator and where else None
    if machine is None:
        return None
    arn = f"{machine.id.replace(':stateMachine:', ':execution:')}:{name}"
    try:
        found = account.client("stepfunctions").describe_execution(executionArn=arn)
    except ClientError as error:
        if error.response["Error"]["Code"] not in _NO_EXECUTION:
            raise
        raise NotFoundError(f"{machine.shown} has no execution {name!r}: `constructs-lib status {where}`") from None
    return Named(Kind.EXECUTION, found["executionArn"], name)


def _execution_named(account: Account, wanted: str) -> Named | None:
    """``STATE-MACHINE:NAME``, or a name alone, which every state machine is asked for."""
    machine, _, name = wanted.rpartition(":")
    client = account.client("stepfunctions")
    for item in _state_machines(account):
        if machine and item["name"] != machine:
            continue
        arn = f"{item['stateMachineArn'].replace(':stateMachine:', ':execution:')}:{name}"
        try:
            return Named(Kind.EXECUTION, client.describe_execution(executionArn=arn)["executionArn"], name)
        except ClientError as error:
            # Executions of an Express state machine cannot be described, and names are not what ARNs take.
            if error.response["Error"]["Code"] not in _NO_EXECUTION:
                raise
    return None


def _nothing(account: Account, wanted: str, kinds: Collection[Kind], of_stack: Collection[Kind]) -> str:
    names = [*_stacks(account), *(name for kind in of_stack for name in _all(account, kind))]
    ids = "; the id of a job is 36 characters long" if Kind.JOB in kinds else ""
    return f"no {_words(kinds)} or stack {wanted!r} in {account.shown}, {_there_are(names)}{_near(wanted, names)}{ids}"


def _all(account: Account, kind: Kind) -> list[str]:
    if kind is Kind.STATE_MACHINE:
        return [item["name"] for item in _state_machines(account)]
    operation, member, name = _LISTS[kind]
    active = {"status": "ACTIVE"} if kind is Kind.DEFINITION else {}
    pages = account.client("batch").get_paginator(operation).paginate(**active)
    return list(dict.fromkeys(item[name] for page in pages for item in page[member]))


_LISTS: Final = {
    Kind.QUEUE: ("describe_job_queues", "jobQueues", "jobQueueName"),
    Kind.ENVIRONMENT: ("describe_compute_environments", "computeEnvironments", "computeEnvironmentName"),
    Kind.DEFINITION: ("describe_job_definitions", "jobDefinitions", "jobDefinitionName"),
}


def _stacks(account: Account) -> list[str]:
    pages = account.client("cloudformation").get_paginator("describe_stacks").paginate()
    return [item["StackName"] for page in pages for item in page["Stacks"] if "ParentId" not in item]


def _words(kinds: Collection[Kind], *, plural: str = "") -> str:
    return " or ".join(f"{kind}{plural}" for kind in Kind if kind in kinds)


def _there_are(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return f"there are: {', '.join(names[:_SHOWN])}{more}" if names else "there are none"


def _near(wanted: str, names: list[str]) -> str:
    near = get_close_matches(wanted, names, n=1)
    return f". Did you mean {near[0]}?" if near else ""
