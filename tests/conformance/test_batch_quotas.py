"""Each quota of AWS Batch: what is allowed just so, and the refusal of one more."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from constructs_lib import limits
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.batch.rules.throttling import SubmitRate
from tests.conformance.batch_account import API, EXECUTION_ROLE, GUIDE, BatchAccount, Json, resources

QUOTAS = f"{GUIDE}/service_limits.html"
RETRY = f"{API}/API_RetryStrategy.html"
SUBMIT = f"{API}/API_SubmitJob.html"
REGISTER = f"{API}/API_RegisterJobDefinition.html"
RESOURCES = f"{API}/API_ResourceRequirement.html"

Act = Callable[[BatchAccount, str], Any]
REFUSED = "Error executing request, Exception : "


def conditions(count: int) -> Json:
    return {"attempts": 2, "evaluateOnExit": [{"onExitCode": str(n), "action": "RETRY"} for n in range(count)]}


def submits(**request: Any) -> Act:
    return lambda account, queue: account.submit(queue, "true", **request)


def registers(**members: Any) -> Act:
    return lambda account, _: account.definition("true", **members)


def registers_fargate(vcpu: str, memory: str, **container: Any) -> Act:
    properties = {"executionRoleArn": EXECUTION_ROLE, "resourceRequirements": resources(vcpu, memory), **container}
    return lambda account, _: account.definition("true", container=properties, platformCapabilities=["FARGATE"])


def tags(count: int) -> dict[str, str]:
    return {f"key-{n}": "value" for n in range(count)}


def updates_queue(**members: Any) -> Act:
    return lambda account, queue: account.batch.update_job_queue(jobQueue=queue, **members)


def makes_environment(kind: str, **compute: Any) -> Act:
    return lambda account, _: account.environment(kind, **compute)


def makes_policy(**fair_share: Any) -> Act:
    return lambda account, _: account.policy(**fair_share)


def limit(seconds: int) -> Json:
    reason = "MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE"
    return {
        "jobStateTimeLimitActions": [
            {"reason": reason, "state": "RUNNABLE", "maxTimeSeconds": seconds, "action": "CANCEL"}
        ]
    }


def waits_for(count: int) -> Act:
    def act(account: BatchAccount, queue: str) -> str:
        first = account.submit(queue, "true")
        return account.submit(queue, "true", dependsOn=[{"jobId": first}] * count)

    return act


CASES: list[tuple[str, Act, Act, str]] = [
    (
        SUBMIT,
        submits(jobName="x" * limits.MAX_JOB_NAME_CHARACTERS),
        submits(jobName="x" * (limits.MAX_JOB_NAME_CHARACTERS + 1)),
        f"{REFUSED}Job name should match valid pattern",
    ),
    (SUBMIT, submits(jobName="a-b_c9"), submits(jobName="a.b"), f"{REFUSED}Job name should match valid pattern"),
    (SUBMIT, submits(jobName="9"), submits(jobName="-a"), f"{REFUSED}Job name should match valid pattern"),
    (
        f"{GUIDE}/array_jobs.html",
        submits(arrayProperties={"size": limits.MIN_ARRAY_SIZE}),
        submits(arrayProperties={"size": limits.MIN_ARRAY_SIZE - 1}),
        f"{REFUSED}Array size must be between 2 and 10000, got 1",
    ),
    (
        f"{GUIDE}/array_jobs.html",
        submits(arrayProperties={"size": 3}),
        submits(arrayProperties={"size": limits.MAX_ARRAY_SIZE + 1}),
        f"{REFUSED}Array size must be between 2 and 10000, got 10001",
    ),
    (
        RETRY,
        submits(retryStrategy={"attempts": limits.MIN_ATTEMPTS}),
        submits(retryStrategy={"attempts": limits.MIN_ATTEMPTS - 1}),
        f"{REFUSED}RetryAttempts must be between 1 and 10, got 0",
    ),
    (
        RETRY,
        registers(retryStrategy={"attempts": limits.MAX_ATTEMPTS}),
        registers(retryStrategy={"attempts": limits.MAX_ATTEMPTS + 1}),
        f"{REFUSED}RetryAttempts must be between 1 and 10, got 11",
    ),
    (
        RETRY,
        submits(retryStrategy=conditions(limits.MAX_EVALUATE_ON_EXIT)),
        submits(retryStrategy=conditions(limits.MAX_EVALUATE_ON_EXIT + 1)),
        f"{REFUSED}evaluateOnExit must have at most 5 entries, got 6",
    ),
    (
        f"{API}/API_EvaluateOnExit.html",
        submits(retryStrategy={"attempts": 1, "evaluateOnExit": [{"onReason": "x" * 512, "action": "EXIT"}]}),
        submits(retryStrategy={"attempts": 1, "evaluateOnExit": [{"onReason": "x" * 513, "action": "EXIT"}]}),
        f"{REFUSED}onReason must be at most 512 characters",
    ),
    (
        f"{GUIDE}/job_timeouts.html",
        submits(timeout={"attemptDurationSeconds": limits.MIN_TIMEOUT_SECONDS}),
        submits(timeout={"attemptDurationSeconds": limits.MIN_TIMEOUT_SECONDS - 1}),
        f"{REFUSED}attemptDurationSeconds must be at least 60, got 59",
    ),
    (
        QUOTAS,
        waits_for(limits.MAX_DEPENDENCIES),
        waits_for(limits.MAX_DEPENDENCIES + 1),
        f"{REFUSED}Job cannot have more than 20 dependencies",
    ),
    (
        QUOTAS,
        submits(parameters={"long": "x" * (limits.MAX_SUBMIT_JOB_REQUEST_BYTES - 1024)}),
        submits(parameters={"long": "x" * (47 * 1024 - 512)}),
        f"{REFUSED}Job size must be less than 30 KiB, got 47 KiB",
    ),
    (
        QUOTAS,
        registers(parameters={"long": "x" * (limits.MAX_JOB_DEFINITION_BYTES - 1024)}),
        registers(parameters={"long": "x" * limits.MAX_JOB_DEFINITION_BYTES}),
        f"{REFUSED}Job definition size must be less than 24 KiB, got 25 KiB",
    ),
    (
        SUBMIT,
        submits(tags=tags(limits.MAX_TAGS)),
        submits(tags=tags(limits.MAX_TAGS + 1)),
        f"{REFUSED}Number of tags exceeds the limit of 50, got 51",
    ),
    (
        f"{GUIDE}/using-tags.html",
        registers(tags={"k" * limits.MAX_TAG_KEY_CHARACTERS: "v" * limits.MAX_TAG_VALUE_CHARACTERS}),
        registers(tags={"k" * (limits.MAX_TAG_KEY_CHARACTERS + 1): "v"}),
        f"{REFUSED}Tag key must be 1 to 128 characters, got 129",
    ),
    (
        f"{GUIDE}/using-tags.html",
        registers(tags={"mine": ""}),
        registers(tags={"aws:mine": ""}),
        f"{REFUSED}Tag key aws:mine: the prefix aws: is reserved",
    ),
    (
        REGISTER,
        registers(schedulingPriority=limits.MAX_SCHEDULING_PRIORITY),
        registers(schedulingPriority=limits.MAX_SCHEDULING_PRIORITY + 1),
        f"{REFUSED}schedulingPriority must be between 0 and 9999, got 10000",
    ),
    (
        REGISTER,
        registers(jobDefinitionName="n" * 128),
        registers(jobDefinitionName="n" * 129),
        r"is not supported pattern\[a-zA-Z_0-9-\]\{1,128\}",
    ),
    (
        RESOURCES,
        registers(container={"resourceRequirements": resources("1", str(limits.MIN_MEMORY_MIB))}),
        registers(container={"resourceRequirements": resources("1", str(limits.MIN_MEMORY_MIB - 1))}),
        f"{REFUSED}Memory must be at least 4 MiB, got 3",
    ),
    (
        RESOURCES,
        registers(container={"resourceRequirements": resources("2")}),
        registers(container={"resourceRequirements": resources("1.0")}),
        f"{REFUSED}Value 1.0 for type VCPU in resourceRequirement is not valid. Please provide a numeric value.",
    ),
    *(
        (
            RESOURCES,
            registers_fargate(f"{vcpu:g}", str(size)),
            registers_fargate(f"{vcpu:g}", str(wrong)),
            rf"{REFUSED}Fargate resource requirements \({vcpu:.2f} vCPU, {wrong} MiB\) not valid",
        )
        for vcpu, sizes in limits.FARGATE_SIZES.items()
        for size, wrong in ((sizes[0], sizes[0] - 256), (sizes[-1], sizes[-1] + 1024))
    ),
    (
        f"{API}/API_EphemeralStorage.html",
        registers_fargate("1", "2048", ephemeralStorage={"sizeInGiB": limits.MAX_FARGATE_STORAGE_GIB}),
        registers_fargate("1", "2048", ephemeralStorage={"sizeInGiB": limits.MIN_FARGATE_STORAGE_GIB - 1}),
        f"{REFUSED}ephemeralStorage must be between 21 and 200 GiB, got 20",
    ),
    (
        f"{API}/API_CreateJobQueue.html",
        updates_queue(priority=limits.MAX_QUEUE_PRIORITY),
        updates_queue(priority=limits.MAX_QUEUE_PRIORITY + 1),
        f"{REFUSED}Priority must be between 0 and 1000, got 1001",
    ),
    (
        f"{API}/API_JobStateTimeLimitAction.html",
        updates_queue(**limit(limits.MIN_JOB_STATE_TIME_LIMIT_SECONDS)),
        updates_queue(**limit(limits.MIN_JOB_STATE_TIME_LIMIT_SECONDS - 1)),
        f"{REFUSED}maxTimeSeconds must be between 600 and 86400, got 599",
    ),
    (
        f"{API}/API_JobStateTimeLimitAction.html",
        updates_queue(**limit(limits.MAX_JOB_STATE_TIME_LIMIT_SECONDS)),
        updates_queue(**limit(limits.MAX_JOB_STATE_TIME_LIMIT_SECONDS + 1)),
        f"{REFUSED}maxTimeSeconds must be between 600 and 86400, got 86401",
    ),
    (
        f"{API}/API_ComputeResource.html",
        makes_environment("FARGATE", subnets=[f"subnet-{n}" for n in range(16)]),
        makes_environment("FARGATE", subnets=[f"subnet-{n}" for n in range(17)]),
        f"{REFUSED}Number of subnets must be at most 16 for Fargate, got 17",
    ),
    (
        f"{API}/API_ComputeResource.html",
        makes_environment("FARGATE_SPOT", securityGroupIds=[f"sg-{n}" for n in range(5)]),
        makes_environment("FARGATE_SPOT", securityGroupIds=[f"sg-{n}" for n in range(6)]),
        f"{REFUSED}Number of securityGroupIds must be at most 5 for Fargate, got 6",
    ),
    (
        f"{API}/API_FairsharePolicy.html",
        makes_policy(shareDecaySeconds=limits.MAX_SHARE_DECAY_SECONDS),
        makes_policy(shareDecaySeconds=limits.MAX_SHARE_DECAY_SECONDS + 1),
        f"{REFUSED}shareDecaySeconds must be between 0 and 604800",
    ),
    (
        f"{API}/API_FairsharePolicy.html",
        makes_policy(computeReservation=limits.MAX_COMPUTE_RESERVATION),
        makes_policy(computeReservation=limits.MAX_COMPUTE_RESERVATION + 1),
        f"{REFUSED}computeReservation must be between 0 and 99",
    ),
    (
        f"{API}/API_ShareAttributes.html",
        makes_policy(shareDistribution=[{"shareIdentifier": "a", "weightFactor": limits.MAX_WEIGHT_FACTOR}]),
        makes_policy(shareDistribution=[{"shareIdentifier": "a", "weightFactor": 1000.0}]),
        f"{REFUSED}weightFactor must be between",
    ),
    (
        f"{API}/API_DescribeJobs.html",
        lambda account, _: account.batch.describe_jobs(jobs=["x"] * limits.MAX_DESCRIBE_JOBS),
        lambda account, _: account.batch.describe_jobs(jobs=["x"] * (limits.MAX_DESCRIBE_JOBS + 1)),
        f"{REFUSED}Maximum number of jobs supported is  100 ., RequestId: ",
    ),
    (
        f"{API}/API_CancelJobs.html",
        lambda account, _: account.batch.cancel_jobs(jobs=["x"] * limits.MAX_JOBS_PER_BULK_CALL, reason="r"),
        lambda account, _: account.batch.cancel_jobs(jobs=["x"] * (limits.MAX_JOBS_PER_BULK_CALL + 1), reason="r"),
        f"{REFUSED}Maximum number of jobs supported is 50, got 51",
    ),
    (
        f"{API}/API_TerminateJob.html",
        lambda account, _: account.batch.terminate_jobs(jobs=["x"], reason="r" * limits.MAX_REASON_CHARACTERS),
        lambda account, _: account.batch.terminate_jobs(jobs=["x"], reason="r" * (limits.MAX_REASON_CHARACTERS + 1)),
        f"{REFUSED}reason must be at most 1024 characters, got 1025",
    ),
    (
        f"{API}/API_ListJobs.html",
        lambda account, queue: account.batch.list_jobs(jobQueue=queue, maxResults=limits.MAX_LIST_JOBS),
        lambda account, queue: account.batch.list_jobs(jobQueue=queue, maxResults=limits.MAX_LIST_JOBS + 1),
        f"{REFUSED}maxResults must be between 1 and 1000, got 1001",
    ),
]


@pytest.mark.parametrize(
    ("allowed", "refused", "message"),
    [pytest.param(*case, id=f"{number}-{page}") for number, (page, *case) in enumerate(CASES)],
)
def test_one_more_is_refused(
    account: BatchAccount,
    queue: str,
    allowed: Act,
    refused: Act,
    message: str,
) -> None:
    allowed(account, queue)
    with pytest.raises(ClientError, match=message) as caught:
        refused(account, queue)
    assert caught.value.response["Error"]["Code"] == "ClientException"


def test_a_job_has_at_most_ten_containers(account: BatchAccount) -> None:
    """https://docs.aws.amazon.com/batch/latest/userguide/multi-container-jobs.html"""
    containers = [
        {"name": f"c{n}", "image": "none", "resourceRequirements": resources()}
        for n in range(limits.MAX_CONTAINERS_PER_JOB + 1)
    ]
    account.definition(ecsProperties={"taskProperties": [{"containers": containers[:-1]}]})
    with pytest.raises(ClientError, match="A task must have 1 to 10 containers, got 11"):
        account.definition(ecsProperties={"taskProperties": [{"containers": containers}]})


def test_a_queue_has_at_most_500_active_shares(account: BatchAccount) -> None:
    """https://docs.aws.amazon.com/batch/latest/APIReference/API_SubmitJob.html"""
    queue = account.queue(account.environment(maxvCpus=0), schedulingPolicyArn=account.policy())
    definition = account.definition("true", schedulingPriority=1)
    first, *_ = [
        account.submit(queue, definition=definition, shareIdentifier=f"share{n}")
        for n in range(limits.MAX_ACTIVE_SHARES)
    ]
    with pytest.raises(ClientError, match="500 active share identifiers"):
        account.submit(queue, definition=definition, shareIdentifier="more")
    account.batch.terminate_job(jobId=first, reason="room for another")
    account.submit(queue, definition=definition, shareIdentifier="more")


def test_fifty_thousand_consumable_resources(aws: EmbeddedAws, account: BatchAccount) -> None:
    """https://docs.aws.amazon.com/batch/latest/userguide/service_limits.html"""
    registry = aws.batch.registry
    for number in range(limits.MAX_CONSUMABLE_RESOURCES - len(registry.consumables) - 1):
        registry.create_consumable({"consumableResourceName": f"filler-{number}"}, 0)
    account.batch.create_consumable_resource(consumableResourceName="last")
    with pytest.raises(ClientError, match="Maximum number of consumable resources is 50000"):
        account.batch.create_consumable_resource(consumableResourceName="more")


def test_a_queue_has_at_most_three_environments(account: BatchAccount) -> None:
    """https://docs.aws.amazon.com/batch/latest/userguide/service_limits.html"""
    environments = [account.environment() for _ in range(limits.MAX_ENVIRONMENTS_PER_QUEUE + 1)]
    account.queue(*environments[:-1])
    with pytest.raises(ClientError, match="Number of compute environments must be at most 3, got 4"):
        account.queue(*environments)


def test_an_array_can_have_ten_thousand_children(account: BatchAccount) -> None:
    queue = account.queue(account.environment(maxvCpus=0))
    job_id = account.submit(queue, "true", arrayProperties={"size": limits.MAX_ARRAY_SIZE})
    job = account.describe(job_id)
    assert job["arrayProperties"]["size"] == limits.MAX_ARRAY_SIZE, f"{GUIDE}/array_jobs.html"
    account.batch.terminate_job(jobId=job_id, reason="seen")
    assert account.describe(job_id)["arrayProperties"]["statusSummary"]["FAILED"] == limits.MAX_ARRAY_SIZE


@pytest.mark.parametrize(("switched_on", "taken"), [(True, limits.SUBMIT_JOB_PER_SECOND), (False, 60)])
def test_fifty_jobs_a_second_when_switched_on(
    aws: EmbeddedAws,
    account: BatchAccount,
    switched_on: bool,
    taken: int,
) -> None:
    queue = account.queue(account.environment(maxvCpus=0))
    definition = account.definition("true")
    stopped = type("Stopped", (), {"now": lambda _: 0.0})()
    aws.batch.submit_rate = SubmitRate(stopped) if switched_on else None
    try:
        codes = [_code(account, queue, definition) for _ in range(60)]
    finally:
        aws.batch.submit_rate = None
    assert codes == [None] * taken + ["TooManyRequestsException 429"] * (60 - taken), QUOTAS


def _code(account: BatchAccount, queue: str, definition: str) -> str | None:
    try:
        account.submit(queue, definition=definition)
    except ClientError as error:
        return f"{error.response['Error']['Code']} {error.response['ResponseMetadata']['HTTPStatusCode']}"
    return None


def test_fifty_environments_and_fifty_queues(account: BatchAccount) -> None:
    batch = account.batch
    made: list[str] = []
    with pytest.raises(ClientError, match=f"Maximum number of compute environments is {limits.MAX_ENVIRONMENTS}"):
        made.extend(account.environment() for _ in range(limits.MAX_ENVIRONMENTS + 1))
    environments = batch.describe_compute_environments()["computeEnvironments"]
    assert len(environments) == limits.MAX_ENVIRONMENTS, QUOTAS
    environment = environments[0]["computeEnvironmentArn"]
    with pytest.raises(ClientError, match=f"Maximum number of job queues is {limits.MAX_QUEUES}"):
        made.extend(account.queue(environment) for _ in range(limits.MAX_QUEUES + 1))
    assert len(batch.describe_job_queues()["jobQueues"]) == limits.MAX_QUEUES, QUOTAS
