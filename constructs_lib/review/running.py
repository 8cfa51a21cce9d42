"""What a change does to jobs and executions that run: what rolls, what is ended and when, what becomes INACTIVE.

Sources: https://docs.aws.amazon.com/batch/latest/userguide/infrastructure-updates.html,
https://docs.aws.amazon.com/batch/latest/APIReference/API_UpdatePolicy.html,
https://docs.aws.amazon.com/batch/latest/APIReference/API_DeleteJobQueue.html and
https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachine.html
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from constructs_lib.review.changes import StackChange
from constructs_lib.review.findings import Finding, Kind, code, kinds, listed
from constructs_lib.review.outcomes import ENVIRONMENT, is_fargate, may_replace, outcome
from constructs_lib.templates.plan import ResourceChange
from constructs_lib.templates.references import references
from constructs_lib.templates.texts import text_of
from constructs_lib.templates.unknown import is_known, resources_in

_QUEUE: Final = "AWS::Batch::JobQueue"
_DEFINITION: Final = "AWS::Batch::JobDefinition"
_MACHINE: Final = "AWS::StepFunctions::StateMachine"
_MINUTES: Final = 30
"""How long jobs may go on in an infrastructure update, if the update policy says nothing."""
_ROLLS: Final = frozenset(
    {
        "AllocationStrategy",
        "BidPercentage",
        "Ec2Configuration",
        "Ec2KeyPair",
        "ImageId",
        "InstanceRole",
        "InstanceTypes",
        "LaunchTemplate",
        "PlacementGroup",
        "SecurityGroupIds",
        "Subnets",
        "Tags",
        "Type",
    }
)
"""Compute resources whose change starts other instances. Source: see the first page above."""


def in_words(stack: StackChange) -> Iterator[Finding]:
    """What happens to what runs, and to what waits."""
    for change in stack.changes:
        if change.action != "Add" and change.resource_type in _TOLD:
            for told in _TOLD[change.resource_type](stack, change):
                yield Finding(told.text, stack.name, change.logical_id, kinds(told.kind))


class _Sentence(NamedTuple):
    text: str
    kind: Kind | None = None


Told = Iterator[_Sentence]


def _environment(stack: StackChange, change: ResourceChange) -> Told:
    old, new = stack.old(change.logical_id), stack.new(change.logical_id)
    who = f"The compute environment {stack.shown(change.logical_id)}"
    if change.action == "Remove" or may_replace(change, new):
        found = outcome(change, new)
        does = "goes" if found == "deleted" else "is replaced" if found == "replaced" else "may be replaced"
        after = "" if found == "deleted" else " New jobs start in the new one."
        left = (
            "AWS Batch deletes the old one only when no job runs on it, and makes it INVALID otherwise"
            if is_fargate(old)
            else "the old one is disabled and deleted, and its instances with it: jobs that run there may be ended"
        )
        yield _Sentence(f"{who} {does}.{after} Jobs are not moved: {left}.", Kind.INTERRUPT)
        return
    if _state(old) != _state(new):
        disabled = _state(new) == "DISABLED"
        yield _Sentence(
            f"{who} {'starts no jobs any more; those that run there finish' if disabled else 'starts jobs again'}."
        )
    rolled = [name for name in _changed(change) if name in _ROLLS]
    if is_fargate(new):
        if rolled:
            yield _Sentence(
                f"{who} gives new jobs other {listed(map(code, rolled))}. AWS Batch knows no update policy on Fargate."
            )
    elif rolled:
        yield _rolling(who, new, rolled)
        yield from _refused(who, new)
    yield from _fewer(who, old, new)


def _rolling(who: str, new: Mapping[str, Any], rolled: list[str]) -> _Sentence:
    policy = new.get("UpdatePolicy")
    policy = policy if isinstance(policy, dict) else {}
    ended, minutes = policy.get("TerminateJobsOnUpdate", False), policy.get("JobExecutionTimeoutMinutes", _MINUTES)
    text = f"{who} rolls: {listed(map(code, rolled))} changed, so new instances take the place of those that run."
    if not is_known(ended):
        text += " Whether jobs that run finish first is known to the deployment alone."
        return _Sentence(text, Kind.INTERRUPT)
    if text_of(ended).lower() == "true":
        text += " Jobs that run are **ended at once** (`TerminateJobsOnUpdate`), and retried if they may be."
        return _Sentence(text, Kind.INTERRUPT)
    limit = f"{text_of(minutes)} minutes" if is_known(minutes) else "a time that only the deployment knows"
    default = "" if "JobExecutionTimeoutMinutes" in policy else ", which is the default"
    text += f" Jobs that run may go on for {limit}{default}; those that take longer are ended."
    return _Sentence(text, Kind.INTERRUPT)


def _refused(who: str, new: Mapping[str, Any]) -> Told:
    resources = new.get("ComputeResources", {})
    if text_of_strategy(resources) == "BEST_FIT":
        text = f"{who} cannot roll: AWS Batch updates no environment in place whose `AllocationStrategy` is `BEST_FIT`."
        yield _Sentence(text, Kind.FAIL)
    if isinstance(role := new.get("ServiceRole"), str) and "AWSServiceRoleForBatch" not in role:
        yield _Sentence(f"{who} cannot roll: that needs the service-linked role, and it has {code(role)}.", Kind.FAIL)


def text_of_strategy(resources: Mapping[str, Any]) -> str:
    """How an environment on EC2 chooses instances; AWS's default is BEST_FIT."""
    found = resources.get("AllocationStrategy", "BEST_FIT")
    return found if isinstance(found, str) else ""


def _fewer(who: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Told:
    before, after = (_number(side.get("ComputeResources", {}), "MaxvCpus") for side in (old, new))
    if before is not None and after is not None and after < before:
        most = f"{after:g} vCPU{'s' * (after != 1)}, no longer {before:g}"
        yield _Sentence(f"{who} has at most {most}: what runs finishes, and less starts.")


def _number(resources: Mapping[str, Any], name: str) -> float | None:
    try:
        return float(resources[name])
    except (KeyError, TypeError, ValueError):
        return None


def _queue(stack: StackChange, change: ResourceChange) -> Told:
    old, new = stack.old(change.logical_id), stack.new(change.logical_id)
    who = f"The queue {stack.shown(change.logical_id)}"
    if change.action == "Remove" or may_replace(change, new):
        found = outcome(change, new)
        does = "goes" if found == "deleted" else "is replaced" if found == "replaced" else "may be replaced"
        other = "" if found == "deleted" else " Who submits to the old one by its ARN is refused."
        yield _Sentence(
            f"{who} {does}: the old one takes no jobs any more, and all jobs in it are ended.{other}", Kind.INTERRUPT
        )
        return
    if _state(old) != _state(new):
        disabled = _state(new) == "DISABLED"
        yield _Sentence(f"{who} {'takes no jobs any more; those in it go on' if disabled else 'takes jobs again'}.")
    names = _changed(change)
    if "ComputeEnvironmentOrder" in names:
        before, after = (sorted(resources_in(side.get("ComputeEnvironmentOrder"))) for side in (old, new))
        gone = [stack.shown(name) for name in before if name not in after]
        come = [stack.shown(name) for name in after if name not in before]
        parts = [f"{word} {listed(found)}" for word, found in (("without", gone), ("with", come)) if found]
        yield _Sentence(
            f"{who} goes on {' and '.join(parts) or 'in another order'}: jobs that wait start where it says now."
        )


def _definition(stack: StackChange, change: ResourceChange) -> Told:
    new = stack.new(change.logical_id)
    if not any(item.path.startswith("/Properties/") for item in change.changes) and change.action == "Modify":
        return
    who = f"The job definition {stack.shown(change.logical_id)}"
    users = [stack.shown(name) for name in _users(stack, change.logical_id)]
    running = (
        f" Executions of {listed(users)} that run still name it, and fail when they submit a job by it."
        if users
        else " Who submits a job by its ARN is refused."
    )
    if change.action == "Remove" or may_replace(change, new):
        does = "goes" if change.action == "Remove" else "is replaced"
        yield _Sentence(f"{who} {does}: its revision becomes INACTIVE.{running}", Kind.INTERRUPT)
        return
    retention = new.get("ResourceRetentionPolicy")
    stays = isinstance(retention, dict) and str(retention.get("SkipDeregisterOnUpdate", False)).lower() == "true"
    text = f"{who} gets a new revision; jobs that were submitted keep theirs."
    if stays:
        yield _Sentence(f"{text} The revision before stays ACTIVE for executions that run (`SkipDeregisterOnUpdate`).")
    else:
        yield _Sentence(f"{text} The revision before becomes INACTIVE.{running}", Kind.INTERRUPT)


def _users(stack: StackChange, logical_id: str) -> list[str]:
    """The state machines that have named a job definition."""
    template = stack.before.stack.template if stack.before.stack else {}
    return [
        resource.logical_id
        for resource in stack.before.of_type(_MACHINE)
        if logical_id in references(template["Resources"][resource.logical_id])
    ]


def _machine(stack: StackChange, change: ResourceChange) -> Told:
    new = stack.new(change.logical_id)
    who = f"The state machine {stack.shown(change.logical_id)}"
    if change.action == "Remove" or may_replace(change, new):
        does = "goes" if change.action == "Remove" else "is replaced"
        yield _Sentence(f"{who} {does}: executions of the old one are ended at their next state.", Kind.INTERRUPT)
    elif any(name.startswith("Definition") or name == "RoleArn" for name in _changed(change)):
        yield _Sentence(
            f"{who} is changed: executions that run go on by the definition and the role that they began with."
        )


def _changed(change: ResourceChange) -> list[str]:
    """The names of the properties that change; of compute resources those of their own."""
    keys = (item.path.split("/") for item in change.changes if item.path.startswith("/Properties/"))
    return [*dict.fromkeys(path[3] if path[2] == "ComputeResources" and len(path) > 3 else path[2] for path in keys)]  # noqa: PLR2004 - the name in it


def _state(properties: Mapping[str, Any]) -> str:
    return str(properties.get("State", "ENABLED")).upper()


_TOLD: Final[Mapping[str, Callable[[StackChange, ResourceChange], Told]]] = {
    ENVIRONMENT: _environment,
    _QUEUE: _queue,
    _DEFINITION: _definition,
    _MACHINE: _machine,
}
