"""The requests of SubmitJob that a state machine will make: what decides where, how often and how long a job runs."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from constructs_lib.ops.errors import OperationError
from constructs_lib.ops.planning.parts import Parts

_QUEUE: Final = re.compile(r"arn:[\w-]+:batch:[\w-]*:\d*:job-queue/[\w-]+")
_DEFINITION: Final = re.compile(r"arn:[\w-]+:batch:[\w-]*:\d*:job-definition/[\w-]+(?::\d+)?")
_NUMBER: Final = re.compile(r"\d+(\.\d+)?")
_SHARE: Final = re.compile(r"[A-Za-z0-9]{1,255}")
SUBMIT_JOB: Final = ":batch:submitJob"


def submissions(states: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The names and arguments of all states that submit a job, those within Map and Parallel states included.

    Args:
        states: by name.
        prefix: of the names of those that are meant, on the outermost level. Default: all are.
    """
    for name, state in states.items():
        if not name.startswith(prefix):
            continue
        if SUBMIT_JOB in str(state.get("Resource", "")):
            yield name, arguments_of(state)
        for inner in [*state.get("Branches", ()), state.get("ItemProcessor"), state.get("Iterator")]:
            if inner:
                yield from submissions(inner["States"])


def arguments_of(state: Mapping[str, Any]) -> Mapping[str, Any]:
    """The arguments of a Task state, whichever its query language is."""
    found = state.get("Arguments") or state.get("Parameters")
    return found if isinstance(found, Mapping) else {}


def queues_of(parts: Parts, name: str, arguments: Mapping[str, Any]) -> list[str]:
    """The ARNs of the queues that a state may submit to: one, or that of its fallback, too.

    Raises:
        OperationError: none of them is known.
    """
    return _known(parts.queues, _QUEUE, name, "job queue", arguments.get("JobQueue"))


def submit_request(
    parts: Parts, name: str, arguments: Mapping[str, Any], *, queue: str | None = None
) -> dict[str, Any]:
    """A request of SubmitJob, without what plans do not look at.

    Args:
        parts: the stack.
        name: of the state that submits, for messages.
        arguments: of the state.
        queue: the ARN of the queue. Default: the first one that the arguments name.

    Raises:
        OperationError: the queue or the definition is in none of the stacks that are known.
    """
    queue = queue or queues_of(parts, name, arguments)[0]
    [definition, *_] = _known(parts.definitions, _DEFINITION, name, "job definition", arguments.get("JobDefinition"))
    request: dict[str, Any] = {"jobName": "plan", "jobQueue": queue, "jobDefinition": definition}
    retry, timeout, overrides = (
        value if isinstance(value := arguments.get(member), Mapping) else {}
        for member in ("RetryStrategy", "Timeout", "ContainerOverrides")
    )
    if isinstance(retry.get("Attempts"), int):
        rules = [
            {key[0].lower() + key[1:]: item for key, item in rule.items()} for rule in retry.get("EvaluateOnExit", ())
        ]
        request["retryStrategy"] = {"attempts": retry["Attempts"], "evaluateOnExit": rules}
    if isinstance(timeout.get("AttemptDurationSeconds"), int):
        request["timeout"] = {"attemptDurationSeconds": timeout["AttemptDurationSeconds"]}
    wanted = overrides.get("ResourceRequirements")
    if isinstance(wanted, list) and all(_NUMBER.fullmatch(str(item.get("Value"))) for item in wanted):
        changed = [{"type": item["Type"], "value": str(item["Value"])} for item in wanted]
        request["containerOverrides"] = {"resourceRequirements": changed}
    if parts.queues[queue].get("schedulingPolicyArn"):
        share = arguments.get("ShareIdentifier")
        request["shareIdentifier"] = share if isinstance(share, str) and _SHARE.fullmatch(share) else "plan"
        request["schedulingPriorityOverride"] = 1
    return request


def _known(resources: Mapping[str, Any], pattern: re.Pattern[str], name: str, what: str, value: Any) -> list[str]:
    """The ARNs of what a value names: by ARN, alone or in an expression, or by name."""
    text = value if isinstance(value, str) else json.dumps(value)
    by_name = {arn.rpartition("/")[2].partition(":")[0]: arn for arn in resources}
    named = [match.rpartition("/")[2].partition(":")[0] for match in pattern.findall(text)]
    if not named:
        named = [text.partition(":")[0]]
    found = [by_name[item] for item in dict.fromkeys(named) if item in by_name]
    if not found:
        raise OperationError(
            f"{name}: its {what} is {text}, which is in none of the stacks that were read: "
            "plan the deployed stack, with --profile"
        )
    return found
