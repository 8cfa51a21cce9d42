"""Why an execution has failed, or what it waits for, and the jobs below it down to the first cause."""

from collections.abc import Sequence
from typing import Any, Final

from constructs_lib.core.protocol import Summary
from constructs_lib.ops.errors import NotFoundError
from constructs_lib.ops.names import Kind
from constructs_lib.ops.reasons.executions.errors import explained
from constructs_lib.ops.reasons.executions.failure import Failure, job_of
from constructs_lib.ops.reasons.explanations import Cause, Explanation, Finding, Fix, counted, shortened
from constructs_lib.ops.reasons.failed.arrays import groups
from constructs_lib.ops.reasons.of_jobs import explain_job
from constructs_lib.ops.reasons.reading import executions
from constructs_lib.ops.reasons.reading.asking import Asking
from constructs_lib.ops.reasons.reading.queues import describe_jobs
from constructs_lib.ops.reasons.unknown import unknown
from constructs_lib.ops.times import age

_GUIDE = "https://docs.aws.amazon.com/step-functions/latest/dg"
_STUCK = f"{_GUIDE}/sfn-stuck-execution.html"
_STOP = "https://docs.aws.amazon.com/step-functions/latest/apireference/API_StopExecution.html"
_MAP = f"{_GUIDE}/state-map-distributed.html"
_DEPTH: Final = 4
_EXAMPLES: Final = 3
_JOBS: Final = 100


def explain_execution(asking: Asking, arn: str, *, depth: int = 0) -> Explanation:
    """Explain an execution, or a Map Run.

    Args:
        asking: reads, and notes what it may not read.
        arn: of it.
        depth: how many explanations are above it.

    Raises:
        NotFoundError: it does not exist.
        ClientError: it may not be described.
    """
    if ":mapRun:" in arn:
        return _of_map_run(asking, arn, depth)
    execution = executions.describe(asking, arn)
    if execution is None:
        raise NotFoundError(f"no execution {arn}. Step Functions forgets executions 90 days after their end")
    status = execution["status"]
    if status == "RUNNING":
        return _running(asking, execution, depth)
    if status == "SUCCEEDED":
        took = execution["stopDate"] - execution["startDate"]
        found = Finding(Cause.SUCCEEDED, f"It succeeded, within {age(took.total_seconds())}.", (), (), _GUIDE)
        return _explanation(asking, execution, found)
    if status == "ABORTED":
        return _explanation(asking, execution, _aborted(execution))
    return _failed(asking, execution, depth)


def _aborted(execution: executions.Described) -> Finding:
    given = ", ".join(shortened(str(execution[key])) for key in ("error", "cause") if execution.get(key))
    return Finding(
        Cause.ABORTED,
        f"Somebody has stopped it{f'. The reason that was given: {given}' if given else ', and gave no reason'}.",
        (f"StopExecution: {given or 'without error and cause'}",),
        (
            Fix.run(
                "See who it was, if CloudTrail still has it.",
                *("aws", "cloudtrail", "lookup-events", "--lookup-attributes"),
                "AttributeKey=EventName,AttributeValue=StopExecution",
            ),
            Fix.run("Run what is not finished.", "constructs-lib", "rerun", execution["executionArn"]),
        ),
        _STOP,
    )


def _failed(asking: Asking, execution: executions.Described, depth: int) -> Explanation:
    failures = executions.failures_of(asking, execution)
    below: tuple[Explanation, ...] = ()
    if depth < _DEPTH:
        for failure in failures:
            below = below or _below(asking, execution["executionArn"], failure, depth)
    known = [found for failure in failures if (found := _finding(failure, below)) is not None]
    first = failures[0]
    if first.is_fail_state and known and explained(first) is None:
        known[0] = known[0].with_evidence(f"state {first.state}, of type Fail, then ended it: {_shown(first)}")
    elif first.is_fail_state and not known:
        known = [_fail_state(first)]
    elif not known:
        state = f" in state {first.state!r}" if first.state else ""
        known = [
            unknown(
                f"It failed{state} with {_shown(first)}.",
                (first.error, shortened(first.cause)),
                Fix.run("See how it came to that.", "constructs-lib", "history", execution["executionArn"]),
                source=f"{_GUIDE}/concepts-error-handling.html",
            )
        ]
    if execution["status"] == "TIMED_OUT":
        left = executions.open_tasks(asking, execution["executionArn"])
        known[0] = known[0].with_evidence(*(f"unfinished state {each.state}: {each.resource}" for each in left[:3]))
    return _explanation(asking, execution, known[0], also=tuple(known[1:2]) if first.is_fail_state else (), below=below)


def _shown(failure: Failure) -> str:
    return f"{failure.error or 'no error'}: {shortened(failure.cause, 300) or 'no cause is given'}"


def _fail_state(failure: Failure) -> Finding:
    return Finding(
        Cause.FAIL_STATE,
        f"The state machine ended itself, by state {failure.state!r} of type Fail, with {_shown(failure)}.",
        (f"state {failure.state}: {failure.error}",),
        (Fix("Look at what leads to that state: a rule of a Choice state, or a Catch."),),
        f"{_GUIDE}/state-fail.html",
    )


def _finding(failure: Failure, below: Sequence[Explanation]) -> Finding | None:
    found = explained(failure)
    if found is not None:
        return found
    job = job_of(failure.told)
    if job is None:
        return None
    first = next((each for each in below if each.id == job), None)
    state = failure.words["state"]
    if first is None:
        name = failure.told.get("JobName", job)
        reason = shortened(str(failure.told.get("StatusReason", "no reason is given")), 300)
        return Finding(
            Cause.JOB_FAILED,
            f"{state} failed with its job {name}: {reason}.",
            (f"job {job}: {reason}",),
            (Fix.run("See why.", "constructs-lib", "why", job),),
            f"{_GUIDE}/connect-batch.html",
        )
    return Finding(
        Cause.JOB_FAILED,
        f"{state} failed with its job {first.name}. {first.root.sentence}",
        (f"job {job}: {first.status}, {first.cause}",),
        first.root.fixes,
        first.root.source,
    )


def _below(asking: Asking, arn: str, failure: Failure, depth: int) -> tuple[Explanation, ...]:
    """What a failure comes from: its job, the jobs of its fan-out, the execution that it started, items of its Map."""
    told = failure.told
    if job := job_of(told):
        return _known(lambda: explain_job(asking, job, depth=depth + 1))
    if failure.error == "FanOut.TooManyFailures":
        return _jobs_of_fan_out(asking, told, depth)
    if started := told.get("ExecutionArn"):
        return _known(lambda: explain_execution(asking, str(started), depth=depth + 1))
    if failure.error in (
        "States.ExceedToleratedFailureThreshold",
        "States.ItemReaderFailed",
        "States.ResultWriterFailed",
    ):
        run = executions.map_run_of(asking, arn)
        return (_of_map_run(asking, run, depth + 1),) if run else ()
    return ()


def _known(explain: Any) -> tuple[Explanation, ...]:
    """What AWS Batch has forgotten is not explained."""
    try:
        return (explain(),)
    except NotFoundError:
        return ()


def _jobs_of_fan_out(asking: Asking, told: dict[str, Any], depth: int) -> tuple[Explanation, ...]:
    ids = [str(item) for item in told.get(Summary.JOB_IDS) or ()]
    if not ids and told.get(Summary.JOB_IDS_URI):
        ids = executions.objects_named(asking, str(told[Summary.JOB_IDS_URI]))
    failed = [job for job in describe_jobs(asking, ids[-_JOBS:]) if job["status"] == "FAILED"]
    arrays = [str(job["jobId"]) for job in failed if job.get("arrayProperties", {}).get("size")]
    examples = arrays or [group.example for group in groups(failed)]
    return tuple(explain_job(asking, example, depth=depth + 1) for example in examples[:_EXAMPLES])


def _of_map_run(asking: Asking, arn: str, depth: int) -> Explanation:
    described = executions.map_run(asking, arn)
    counts = described.get("itemCounts", {})
    failed, total = counts.get("failed", 0), counts.get("total", 0)
    children = executions.children_of(asking, arn, "FAILED") or executions.children_of(asking, arn, "TIMED_OUT")
    below = tuple(
        explain_execution(asking, each["executionArn"], depth=depth + 1) for each in children[:1] if depth < _DEPTH
    )
    finding = Finding(
        Cause.CHILD_EXECUTION_FAILED if children else Cause.UNKNOWN,
        f"{failed:,} of {counted(total, 'item')} of the Map Run failed."
        + (f" The first of them: {below[0].root.sentence}" if below else ""),
        tuple(f"{key}: {number:,}" for key, number in counts.items() if number and isinstance(number, int)),
        below[0].root.fixes if below else (),
        _MAP,
    )
    name = arn.rpartition(":")[2]
    return Explanation(
        "Map Run", arn, name, str(described.get("status", "UNKNOWN")), finding, (), below, asking.refused
    )


def _running(asking: Asking, execution: executions.Described, depth: int) -> Explanation:
    found = executions.open_tasks(asking, execution["executionArn"])
    tasks = sorted(found, key=lambda each: each.kind != "TaskSubmitted")
    below: tuple[Explanation, ...] = ()
    for task in tasks:
        if depth < _DEPTH and not below:
            below = _awaited(asking, task, depth)
    if not tasks:
        finding = Finding(Cause.RUNS, "It runs, and is between two states.", (), (), _STUCK)
        return _explanation(asking, execution, finding, below=below)
    first, *others = tasks
    evidence = tuple(f"state {each.state}: {each.kind} {each.resource}".rstrip() for each in tasks[:5])
    more = f" So do {counted(len(others), 'other state')}." if others else ""
    return _explanation(asking, execution, _waits(first, below, more, evidence), below=below)


def _waits(task: executions.Open, below: Sequence[Explanation], more: str, evidence: tuple[str, ...]) -> Finding:
    state = f"State {task.state!r}"
    if below:
        first = below[0]
        return Finding(
            Cause.WAITS_FOR_JOB,
            f"{state} waits for {first.kind} {first.name}, which is {first.status}. {first.root.sentence}{more}",
            evidence,
            first.root.fixes,
            first.root.source,
        )
    if task.kind == "WaitStateEntered":
        return Finding(
            Cause.WAITS_FOR_TIME, f"{state} lets time pass.{more}", evidence, (), f"{_GUIDE}/state-wait.html"
        )
    if task.resource.endswith(".waitForTaskToken"):
        return Finding(
            Cause.WAITS_FOR_CALLBACK,
            f"{state} waits until somebody sends its task token back (SendTaskSuccess or SendTaskFailure).{more}",
            evidence,
            (Fix("Give the state HeartbeatSeconds, so that it does not wait for what never comes."),),
            f"{_GUIDE}/connect-to-resource.html#connect-wait-token",
        )
    called = f" for {task.resource}" if task.resource else ""
    return Finding(Cause.WAITS_FOR_TASK, f"{state} waits{called}.{more}", evidence, (), _STUCK)


def _awaited(asking: Asking, task: executions.Open, depth: int) -> tuple[Explanation, ...]:
    """What a task waits for: its job, the execution that it started, or an item of its Map Run."""
    output = task.output
    if job := output.get("JobId"):
        return _known(lambda: explain_job(asking, str(job), depth=depth + 1))
    if started := output.get("ExecutionArn"):
        return _known(lambda: explain_execution(asking, str(started), depth=depth + 1))
    if run := output.get("MapRunArn"):
        children = executions.children_of(asking, str(run), "RUNNING")
        return tuple(explain_execution(asking, each["executionArn"], depth=depth + 1) for each in children[:1])
    return ()


def _explanation(
    asking: Asking,
    execution: executions.Described,
    finding: Finding,
    *,
    also: tuple[Finding, ...] = (),
    below: tuple[Explanation, ...] = (),
) -> Explanation:
    arn = str(execution["executionArn"])
    name = ":".join(arn.split(":")[6:])
    return Explanation(str(Kind.EXECUTION), arn, name, execution["status"], finding, also, below, asking.refused)
