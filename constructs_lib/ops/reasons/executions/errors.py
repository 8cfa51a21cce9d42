"""What the errors of executions mean, in the order in which they are looked for.

Sources: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html and
https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html; texts as recorded in the threads that are
named.
"""

from collections.abc import Iterator
from typing import Final

from constructs_lib.core.protocol import Summary
from constructs_lib.local.runs.causes import sentence
from constructs_lib.ops.reasons.denials import denial
from constructs_lib.ops.reasons.executions.failure import Failure
from constructs_lib.ops.reasons.explanations import Cause, Finding, Fix, shortened
from constructs_lib.ops.reasons.failed.starts import SIGNS
from constructs_lib.ops.reasons.signs import read, sign

_GUIDE = "https://docs.aws.amazon.com/step-functions/latest/dg"
_ERRORS = f"{_GUIDE}/concepts-error-handling.html"
_QUOTAS = f"{_GUIDE}/service-quotas.html"
_MAP = f"{_GUIDE}/state-map-distributed.html"
_SUBMIT = "https://docs.aws.amazon.com/batch/latest/APIReference/API_SubmitJob.html"


def explained(failure: Failure) -> Finding | None:
    """What an error means; None for one that no rule knows."""
    found = denial(failure.cause, failure.role) or _of_a_fan_out(failure)
    if found is None:
        found = read(
            _SIGNS, _texts(failure), {**failure.words, "role": failure.role or "the role of the state machine"}
        )
    if found is None:
        return _of_a_function(failure) or _of_a_task(failure)
    return found.with_evidence(*_where(failure))


def _texts(failure: Failure) -> Iterator[str]:
    """Name and cause in one text, so that a row may ask for both."""
    yield f"{failure.error}: {failure.cause}"


def _where(failure: Failure) -> tuple[str, ...]:
    called = f", which calls {failure.resource}" if failure.resource else ""
    return (f"state {failure.state}{called}: {failure.error}",) if failure.state else ()


def _of_a_fan_out(failure: Failure) -> Finding | None:
    told = failure.told
    if failure.error != "FanOut.TooManyFailures" or Summary.FAILED not in told:
        return None
    rerun = told.get(Summary.RERUN)
    return Finding(
        Cause.TOO_MANY_FAILURES,
        f"{sentence(failure.cause) or 'Items failed.'} That is more than the fan-out tolerates.",
        tuple(
            f"{key}: {shortened(str(told[key]), 200)}"
            for key in (Summary.FAILED_INDEXES, Summary.FAILED_INDEXES_URI, Summary.RESULTS_URI)
            if told.get(key)
        ),
        (
            *([Fix("When the cause is mended, run the failed items again.", str(rerun))] if rerun else []),
            Fix("Or tolerate some failures: tolerated_failures."),
        ),
        _MAP,
    )


def _of_a_function(failure: Failure) -> Finding | None:
    told = failure.told
    if "errorMessage" not in told:
        return None
    kind, message = told.get("errorType", failure.error), shortened(str(told["errorMessage"]), 300)
    trace = [line.strip() for line in told.get("stackTrace") or told.get("trace") or [] if isinstance(line, str)]
    return Finding(
        Cause.FUNCTION_FAILED,
        f"The function that {failure.words['state']} calls raised {kind}: {message}",
        (*(shortened(line, 200) for line in trace[-3:]), *_where(failure)),
        (Fix("Look at the log of the function: /aws/lambda/NAME."),),
        f"{_GUIDE}/connect-lambda.html",
    )


def _of_a_task(failure: Failure) -> Finding | None:
    told = failure.told
    if not told.get("TaskArn"):
        return None
    containers = [each for each in told.get("Containers", []) if isinstance(each, dict)]
    texts = [str(told.get("StoppedReason") or ""), *(str(each.get("Reason") or "") for each in containers)]
    image = next((str(each["Image"]) for each in containers if each.get("Image")), "its image")
    words = {
        "image": image,
        "repository": image.partition("/")[2].partition(":")[0] or image,
        "role": "the execution role of the task definition",
        "definition": str(told.get("TaskDefinitionArn", "")).rpartition("/")[2],
        "group": "of the task definition",
    }
    if found := read(SIGNS, texts, words):
        return found.with_evidence(str(told["TaskArn"]), *_where(failure))
    codes = [
        f"container {each.get('Name')}: exit code {each['ExitCode']}" for each in containers if each.get("ExitCode")
    ]
    reasons = [shortened(str(each["Reason"]), 300) for each in containers if each.get("Reason")]
    return Finding(
        Cause.TASK_FAILED,
        f"The task of Amazon ECS that {failure.words['state']} runs stopped: "
        f"{shortened(str(told.get('StoppedReason') or 'no reason is given'), 300)}.",
        (*codes, *reasons, str(told["TaskArn"])),
        (Fix("Look at the log of the task: the log group and prefix of its task definition."),),
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html",
    )


_SIGNS: Final = (
    # https://github.com/coinbase/step/pull/42, https://github.com/loads/ardere/issues/86
    sign(
        Cause.HISTORY_FULL,
        r"maximum number of history events \((?P<most>\d+)\)",
        "The execution has as many events in its history as Step Functions allows, {most}: a "
        "loop or an inline Map is too "
        "long for one execution.",
        Fix(
            "Run the items as an array or by a Distributed Map (ArrayFanOut, DistributedFanOut), "
            "whose children have histories of their own."
        ),
        Fix("Or let a loop start a new execution after some rounds."),
        source=f"{_GUIDE}/bp-history-limit.html",
    ),
    # https://github.com/awslabs/amazon-s3-find-and-forget/pull/213
    sign(
        Cause.PAYLOAD_TOO_LONG,
        r"States\.DataLimitExceeded|size exceeding the maximum number of bytes service limit",
        "{state} has more than the 262,144 bytes that Step Functions takes of a state's input "
        "or output. A state that ends "
        "in .sync answers with the whole description of its job, so that a Map fails at a few hundred of them.",
        Fix("Keep what is needed: Output (JSONata), or ResultSelector and ResultPath."),
        Fix("Pass what is long by its key in S3; the fan-outs of constructs-lib do both by themselves."),
        source=_QUOTAS,
    ),
    # https://github.com/ASFHyP3/hyp3/issues/3041
    sign(
        Cause.OVERRIDES_TOO_LONG,
        r"Job size must be less than (?P<most>\d+ KiB), got (?P<got>\d+ KiB)|"
        r"Container Overrides length must be at most (?P<characters>\d+)",
        "AWS Batch refused a job that is too long: a submission has 30 KiB at most, its "
        "container overrides 8,192 characters.",
        Fix("Put what is long into S3 and pass its key; the fan-outs of constructs-lib do it by themselves."),
        source=_SUBMIT,
    ),
    sign(
        Cause.DEFINITION_GONE,
        r"JobDefinition(?: name)? (?P<definition>\S+) (?:does not exist|.*not in ACTIVE)|not in ACTIVE status|"
        r"[Jj]ob ?[Dd]efinition .*(?:INACTIVE|does not exist|deregistered)",
        "The job definition that {state} submits is not ACTIVE: its revision was "
        "deregistered, as a deployment does with the "
        "old one, or there is none of this name.",
        Fix("See which revisions are ACTIVE.", "aws batch describe-job-definitions --status ACTIVE"),
        Fix(
            "Start a new execution: it takes the definition of today. One that runs during a "
            "deployment keeps the old revision "
            "only if it is kept (docs/several-stacks.md)."
        ),
        source="https://docs.aws.amazon.com/batch/latest/APIReference/API_DeregisterJobDefinition.html",
    ),
    sign(
        Cause.QUEUE_GONE,
        r"job-queue/(?P<queue>\S+) (?:does not exist|is not|is in DISABLED)|"
        r"[Jj]ob ?[Qq]ueue .*(?:not found|does not exist|DISABLED|is not (?:valid|enabled|in ENABLED))",
        "The job queue that {state} submits to does not exist, or takes no jobs.",
        Fix("See which queues there are.", "constructs-lib ps"),
        source=_SUBMIT,
    ),
    sign(
        Cause.THROTTLED,
        r"TooManyRequests|Too Many Requests|ThrottlingException|Rate [Ee]xceeded|"
        r"Batch\.(?:Server|AWSBatch)Exception: .*(?:429|50\d)",
        "AWS refused a call because there were too many at a time, and the state had no attempt left.",
        Fix(
            "Let the state try again: Retry on Batch.TooManyRequestsException, "
            "Batch.AWSBatchException, Batch.BatchException and Batch.ServerException; SubmitJob does."
        ),
        Fix("Or submit one array in place of many jobs."),
        source="https://docs.aws.amazon.com/batch/latest/userguide/service_limits.html",
    ),
    sign(
        Cause.REQUEST_REFUSED,
        r"Batch\.\w+: (?P<message>.*?)(?: \(Service: |$)",
        "AWS Batch refused the job that {state} submits: {message}.",
        Fix("Compare the arguments of the state with what SubmitJob takes."),
        source=_SUBMIT,
    ),
    sign(
        Cause.EXPRESSION,
        r"States\.QueryEvaluationError: (?P<message>.*)",
        "An expression of {state} failed: {message}",
        Fix("Try it with the state's input: TestState, or the page try.jsonata.org."),
        source=f"{_GUIDE}/transforming-data.html",
    ),
    # https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html: AWS has two ways to say it.
    sign(
        Cause.NO_CHOICE,
        r"States\.NoChoiceMatched|Failed to transition out of the state",
        "No rule of {state} fits its input, and it has no Default.",
        Fix("Give the Choice state a Default."),
        source=f"{_GUIDE}/state-choice.html",
    ),
    sign(
        Cause.EXPRESSION,
        r"States\.(?:ParameterPathFailure|ResultPathMatchFailure|IntrinsicFailure|Runtime): (?P<message>.*)",
        "{state} asks for something that its input does not have: {message}",
        Fix("Look at the input of the state, and at the paths of its definition."),
        source=_ERRORS,
    ),
    sign(
        Cause.ITEMS_NOT_READ,
        r"States\.ItemReaderFailed: (?P<message>.*)",
        "The items of {state} could not be read: {message}",
        Fix(
            "See whether the object exists and the role may read it (s3:GetObject, "
            "s3:ListBucket), and whether it is CSV, JSON or what InputType says."
        ),
        source=f"{_GUIDE}/input-output-itemreader.html",
    ),
    sign(
        Cause.TOO_MANY_FAILURES,
        r"States\.ExceedToleratedFailureThreshold",
        "More items of {state} failed than it tolerates.",
        Fix("Look at the executions of its items that failed, below; raise ToleratedFailurePercentage if some may."),
        source=_MAP,
    ),
    sign(
        Cause.INVALID_ITEMS,
        r"FanOut\.InvalidItems: (?P<message>.*)",
        "The items that the fan-out of {state} got are no list: {message}",
        Fix("Give it a list: the input, or what items= names."),
        source=_MAP,
    ),
    sign(
        Cause.TOO_MANY_ITEMS,
        r"FanOut\.TooManyItems: (?P<message>.*)",
        "The list of the fan-out is longer than its strategy can run: {message}",
        Fix("Choose another strategy: Strategy.ARRAY up to 40,000 items, Strategy.DISTRIBUTED above that."),
        source=_QUOTAS,
    ),
    sign(
        Cause.TIMED_OUT,
        r"States\.(?:Heartbeat)?Timeout|^TIMED_OUT",
        "{state} took longer than its timeout (TimeoutSeconds, or HeartbeatSeconds for one that waits for a token).",
        Fix("Look at what it waited for: a job that did not start counts, too."),
        Fix("Raise the timeout, or give the timeout to the job, whose time begins when it runs."),
        source=f"{_GUIDE}/sfn-stuck-execution.html",
    ),
    sign(
        Cause.FUNCTION_FAILED,
        r"(?:Lambda\.\w+|Sandbox\.Timedout|Runtime\.\w+): (?P<message>.*)",
        "The function that {state} calls failed: {error} {message}",
        Fix("Look at the log of the function: /aws/lambda/NAME."),
        source=f"{_GUIDE}/connect-lambda.html",
    ),
    sign(
        Cause.DENIED,
        r"States\.Permissions",
        "{state} may not do what it does: {role} lacks a right.",
        Fix("Compare the policies of {role} with what the state calls."),
        source=_ERRORS,
    ),
)
