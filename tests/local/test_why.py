"""`why` names the cause: each is made to happen in an embedded AWS, and sentence, evidence and fix are right."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from constructs_lib.local.apps.assembly import Assembly
from constructs_lib.local.apps.deployment import Deployment
from constructs_lib.local.clocks.virtual_clock import VirtualClock
from constructs_lib.local.faults import ExitCode, FaultPlan, LoseAgent, NoCapacity, PullFailure, Reclaim, StartFailure
from constructs_lib.local.runners.simulated import SimulatedRunner
from constructs_lib.ops import Account, Cause, Explanation, why
from constructs_lib.testing.local_aws import LocalAws
from tests.local.machines import task
from tests.local.screens import Screens
from tests.local.waiting_jobs import IMAGE, START, Jobs, behave

pytestmark = pytest.mark.local


@pytest.fixture(scope="module")
def local_aws_options() -> dict[str, Any]:
    clock = VirtualClock(START)
    return {"clock": clock, "runner": SimulatedRunner(behave, clock)}


@pytest.fixture(scope="module")
def jobs(local_aws: LocalAws) -> Iterator[Jobs]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in local_aws.environment.items():
            patch.setenv(name, value)
        made = Jobs(local_aws, Account.open())
        made.queue("free", maxvCpus=64)
        made.definition("small")
        made.definition_on_instances("small-on-instances")
        yield made


def told(found: Explanation) -> str:
    """All that is said, for what stands anywhere in it."""
    return "\n".join([found.sentence, *found.evidence, *(fix.text for fix in found.fixes)])


# Jobs that wait.


def test_more_vcpus_than_the_maximum(jobs: Jobs) -> None:
    queue = jobs.queue("narrow", maxvCpus=2)
    job = jobs.submit("wide", queue, jobs.definition("wide", vcpus=8, memory=16_384))
    found = jobs.why(job)
    assert found.cause is Cause.MAX_VCPUS
    assert found.sentence == (
        "The job takes 8 vCPUs, and compute environment narrow may have 2 at most: 6 vCPUs too few."
    )
    assert found.fixes[0].command == "constructs-lib scale narrow --max-vcpus 8"
    assert "MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE" in told(found)
    assert (found.also, found.not_asked) == ((), ())


def test_more_memory_than_any_instance_type_has_for_jobs(jobs: Jobs) -> None:
    queue = jobs.queue("types", instanceTypes=["m6i.large", "c6i"], maxvCpus=512)
    job = jobs.submit("large", queue, jobs.definition_on_instances("large", vcpus=4, memory=262_144))
    found = jobs.why(job)
    assert found.cause is Cause.NO_INSTANCE_TYPE
    assert "4,207 MiB of memory are missing" in found.sentence, "of 256 GiB the ECS agent and Linux keep some"
    assert "c6i.32xlarge has 257,937 MiB for jobs" in told(found)
    assert found.fixes[0].text == (
        "Add an instance type that holds it to types: r6i.12xlarge or x2idn.16xlarge or m6i.24xlarge."
    )


def test_more_gpus_than_any_instance_type(jobs: Jobs) -> None:
    queue = jobs.queue("gpus", instanceTypes=["g5.xlarge", "g5.12xlarge"], maxvCpus=512)
    job = jobs.submit("train", queue, jobs.definition_on_instances("train", vcpus=8, memory=16_000, gpus=8))
    found = jobs.why(job)
    assert found.cause is Cause.NO_INSTANCE_TYPE
    assert found.sentence.endswith(": 4 GPUs are missing.")
    assert "g5.48xlarge" in found.fixes[0].text


def test_others_are_ahead(jobs: Jobs) -> None:
    queue = jobs.queue("busy", maxvCpus=2)
    for number in range(4):
        jobs.ended(jobs.submit(f"before-{number}", queue, "small"))
    for number in range(2):
        jobs.submit(f"hold-{number}", queue, "small")
    [first, *_, last] = [jobs.submit(f"wait-{number}", queue, "small") for number in range(5)]
    found = jobs.why(last)
    assert found.cause is Cause.OTHERS_AHEAD
    assert found.sentence.startswith("4 jobs are ahead of it in queue busy")
    assert "At the present pace it is its turn in " in found.sentence
    assert "In use by the queue: 2 of 2 vCPUs" in told(found)
    found = jobs.why(first)
    assert found.cause is Cause.VCPUS_IN_USE
    assert "It is next, and 2 of the 2 vCPUs" in found.sentence
    assert found.fixes[0].command == "constructs-lib scale busy --max-vcpus 4"


def test_the_pace_of_a_queue_is_also_that_of_children_of_arrays(jobs: Jobs) -> None:
    queue = jobs.queue("paced", maxvCpus=2)
    jobs.ended(jobs.submit("tiles", queue, "small", arrayProperties={"size": 20}))
    for _ in range(2):
        jobs.submit("hold", queue, "small")
    [*_, last] = [jobs.submit("wait", queue, "small") for _ in range(5)]
    found = jobs.why(last)
    assert "20 jobs of the queue ended in the last " in told(found)
    assert "At the present pace it is its turn in " in found.sentence


def test_a_job_at_the_head_that_can_never_run_blocks_all_others(jobs: Jobs) -> None:
    queue = jobs.queue("blocked", maxvCpus=2)
    head = jobs.submit("wide", queue, jobs.definition("too-wide", vcpus=4, memory=8192))
    found = jobs.why(jobs.submit("small", queue, "small"))
    assert found.cause is Cause.QUEUE_BLOCKED
    assert found.sentence.startswith("Job wide is at the head of queue blocked and cannot be placed")
    assert (found.root.id, found.root.cause) == (head, Cause.MAX_VCPUS)


def test_other_queues_hold_what_an_environment_has(jobs: Jobs) -> None:
    jobs.queue("shared-a", maxvCpus=2)
    jobs.over("shared-b", "shared-a")
    for _ in range(2):
        jobs.submit("hold", "shared-a", "small")
    found = jobs.why(jobs.submit("wait", "shared-b", "small"))
    assert found.cause is Cause.VCPUS_IN_USE
    assert "2 of them by jobs of other queues" in found.sentence


def test_a_share_that_has_used_its_part(jobs: Jobs) -> None:
    shares = [{"shareIdentifier": "maps", "weightFactor": 1.0}, {"shareIdentifier": "web*", "weightFactor": 0.5}]
    policy = jobs.batch.create_scheduling_policy(
        name="fair", fairsharePolicy={"shareDecaySeconds": 3600, "shareDistribution": shares}
    )["arn"]
    queue = jobs.over("fair", jobs.environment("fair", maxvCpus=2), schedulingPolicyArn=policy)
    for _ in range(2):
        jobs.submit("hold", queue, "small", shareIdentifier="maps", schedulingPriorityOverride=1)
    for _ in range(3):
        jobs.submit("page", queue, "small", shareIdentifier="web1", schedulingPriorityOverride=1)
    job = jobs.submit("map", queue, "small", shareIdentifier="maps", schedulingPriorityOverride=1)
    found = jobs.why(job)
    assert found.cause is Cause.SHARE_USED
    assert found.sentence.startswith("Its share maps has used its part of queue fair: jobs of web1")
    assert "share maps: weight factor 1, 2 vCPUs in use now" in told(found)
    assert "share web1: weight factor 0.5, 0 vCPUs in use now" in told(found)


def test_a_consumable_resource_of_which_nothing_is_left(jobs: Jobs) -> None:
    jobs.batch.create_consumable_resource(
        consumableResourceName="licence", totalQuantity=3, resourceType="REPLENISHABLE"
    )
    takes = {"consumableResourceList": [{"consumableResource": "licence", "quantity": 2}]}
    jobs.submit("hold-it", "free", "small", consumableResourcePropertiesOverride=takes)
    found = jobs.why(jobs.submit("wait", jobs.queue("licences"), "small", consumableResourcePropertiesOverride=takes))
    assert found.cause is Cause.CONSUMABLE_USED
    assert found.sentence == "It takes 2 of consumable resource licence, which has left 1."
    assert "licence is held by hold-it" in told(found)
    assert "--operation ADD --quantity 1" in str(found.fixes[0].command)


def test_a_job_that_another_one_has_to_precede(jobs: Jobs) -> None:
    first = jobs.running(jobs.submit("hold-first", "free", "small"))
    found = jobs.why(jobs.submit("then", "free", "small", dependsOn=[{"jobId": first}]))
    assert found.cause is Cause.DEPENDENCY_OPEN
    assert found.sentence == "It depends on job hold-first, and starts when it has succeeded."
    [below] = found.below
    assert (below.id, below.cause) == (first, Cause.RUNS)


def test_a_disabled_queue(jobs: Jobs) -> None:
    queue = jobs.queue("off")
    jobs.submit("hold", queue, "small")
    job = jobs.submit("wait", queue, jobs.definition("four", vcpus=4, memory=8192))
    jobs.batch.update_job_queue(jobQueue=queue, state="DISABLED")
    found = jobs.why(job)
    assert found.cause is Cause.QUEUE_DISABLED
    assert found.fixes[0].command == "aws batch update-job-queue --job-queue off --state ENABLED"


def test_a_disabled_environment(jobs: Jobs) -> None:
    queue = jobs.queue("dark")
    jobs.batch.update_compute_environment(computeEnvironment="dark", state="DISABLED")
    found = jobs.why(jobs.submit("wait", queue, "small"))
    assert found.cause is Cause.ENVIRONMENT_DISABLED
    assert found.sentence.startswith("Compute environment dark is disabled")


def test_an_environment_that_is_disabled_is_told_where_the_others_are_too_small(jobs: Jobs) -> None:
    environments = [jobs.environment("tiny", maxvCpus=1), jobs.environment("vast", maxvCpus=64)]
    queue = jobs.over("two", *environments)
    jobs.batch.update_compute_environment(computeEnvironment="vast", state="DISABLED")
    found = jobs.why(jobs.submit("wide", queue, jobs.definition("eight", vcpus=8, memory=16_384)))
    assert found.cause is Cause.ENVIRONMENT_DISABLED
    assert [also.cause for also in found.also] == [Cause.MAX_VCPUS]


def test_an_environment_whose_role_was_deleted(jobs: Jobs) -> None:
    iam = jobs.local_aws.client("iam")
    role = jobs.machines.role("batch")
    network = {"type": "FARGATE", "maxvCpus": 4, "subnets": ["subnet-1"], "securityGroupIds": ["sg-1"]}
    jobs.batch.create_compute_environment(
        computeEnvironmentName="orphan", type="MANAGED", serviceRole=role, computeResources=network
    )
    queue = jobs.over("orphan", "orphan")
    iam.delete_role(RoleName=role.rpartition("/")[2])
    jobs.batch.update_compute_environment(computeEnvironment="orphan", computeResources={"maxvCpus": 8})
    found = jobs.why(jobs.submit("wait", queue, "small"))
    assert found.cause is Cause.ENVIRONMENT_INVALID
    assert f"AWS Batch cannot take on its service role {role}" in found.sentence
    assert found.fixes[0].command == f"aws iam get-role --role-name {role.rpartition('/')[2]}"


def test_no_capacity(jobs: Jobs) -> None:
    queue = jobs.queue("scarce", instanceTypes=["m6i"], type="SPOT", maxvCpus=64)
    with jobs.aws.faults.during(FaultPlan([NoCapacity(queue="scarce")])):
        job = jobs.submit("wait", queue, "small-on-instances")
        found = jobs.why(job)
    assert found.cause is Cause.NO_CAPACITY
    assert found.sentence.startswith("AWS has no capacity for it")


def test_an_array_whose_children_wait(jobs: Jobs) -> None:
    queue = jobs.queue("strip", maxvCpus=2)
    array = jobs.submit("hold", queue, "small", arrayProperties={"size": 10})
    found = jobs.why(array)
    assert found.cause is Cause.CHILDREN_WAIT
    assert found.sentence.startswith("Of its 10 children, 0 ended, 2 run and 8 wait.")
    assert (found.root.name, found.root.cause) == ("hold, child 2", Cause.VCPUS_IN_USE)


# Jobs that have failed.


def test_out_of_memory_with_the_next_size(jobs: Jobs) -> None:
    found = jobs.why(jobs.failed("memory"))
    assert found.cause is Cause.OUT_OF_MEMORY
    assert "2,048 MiB" in found.sentence
    assert "memory_steps=[Size.gibibytes(4)]" in told(found)


def test_how_often_it_was_tried(jobs: Jobs) -> None:
    found = jobs.why(jobs.failed("exit-3", retryStrategy={"attempts": 3}))
    assert "attempts: 3 of 3" in told(found)


def test_timeout(jobs: Jobs) -> None:
    found = jobs.why(jobs.failed("hold", timeout={"attemptDurationSeconds": 90}))
    assert found.cause is Cause.TIMED_OUT
    assert "its timeout of 1 min 30 s" in found.sentence


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        (1, Cause.EXIT_CODE),
        (126, Cause.NOT_EXECUTABLE),
        (127, Cause.NO_COMMAND),
        (137, Cause.OUT_OF_MEMORY),
        (139, Cause.SEGMENTATION_FAULT),
        (143, Cause.STOPPED),
    ],
)
def test_exit_codes(jobs: Jobs, code: int, cause: Cause) -> None:
    found = jobs.why(jobs.failed(f"exit-{code}"))
    assert found.cause is cause
    assert f"exit code {code}" in told(found)


def test_an_image_that_is_not_reached(jobs: Jobs) -> None:
    with jobs.aws.faults.during(FaultPlan([PullFailure(attempt=None)])):
        found = jobs.why(jobs.failed("work"))
    assert found.cause is Cause.NO_ROUTE
    assert IMAGE in found.sentence


def test_the_subnets_of_an_image_that_is_not_reached_are_looked_at(jobs: Jobs) -> None:
    ec2 = jobs.local_aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    closed, public = (
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{number}.0/24")["Subnet"]["SubnetId"] for number in range(2)
    )
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    ec2.associate_route_table(RouteTableId=table, SubnetId=public)
    queue = jobs.queue("isolated", subnets=[closed, public])
    with jobs.aws.faults.during(FaultPlan([PullFailure(attempt=None)])):
        found = jobs.why(jobs.ended(jobs.submit("work", queue, "small")))
    assert found.cause is Cause.NO_ROUTE
    assert f"{closed}: no route to the internet, and its VPC has no endpoint ecr.api, ecr.dkr, s3" in found.evidence
    assert f"{public}: default route by {gateway}, which takes a public address, and jobs get none" in found.evidence


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        ("ResourceInitializationError", Cause.NO_ROUTE),
        ("CannotCreateContainerError", Cause.DISK_FULL),
        ("CannotStartContainerError", Cause.START_FAILED),
        ("DockerTimeoutError", Cause.START_FAILED),
    ],
)
def test_a_container_that_does_not_start(jobs: Jobs, error: str, cause: Cause) -> None:
    with jobs.aws.faults.during(FaultPlan([StartFailure(error=error, attempt=None)])):
        found = jobs.why(jobs.failed("work"))
    assert found.cause is cause


def test_a_reclaimed_instance(jobs: Jobs) -> None:
    queue = jobs.queue("spot", instanceTypes=["m6i"], type="SPOT", maxvCpus=64)
    with jobs.aws.faults.during(FaultPlan([Reclaim(notice=0)])):
        found = jobs.why(jobs.ended(jobs.submit("work", queue, "small-on-instances")))
    assert found.cause is Cause.RECLAIMED
    assert "attempts: 1 of 1" in told(found)


def test_an_instance_whose_agent_is_lost(jobs: Jobs) -> None:
    with jobs.aws.faults.during(FaultPlan([LoseAgent()])):
        assert jobs.why(jobs.failed("work")).cause is Cause.HOST_LOST


def test_a_role_that_amazon_ecs_cannot_take_on(jobs: Jobs) -> None:
    definition = jobs.definition("roleless", executionRoleArn="arn:aws:iam::123456789012:role/gone")
    found = jobs.why(jobs.ended(jobs.submit("work", "free", definition)))
    assert found.cause is Cause.ROLE_NOT_ASSUMED
    assert found.fixes[0].command == "aws iam get-role --role-name gone"


def test_a_job_that_a_person_has_terminated(jobs: Jobs) -> None:
    job = jobs.submit("hold", "free", "small")
    jobs.batch.terminate_job(jobId=job, reason="wrong input, says Eve")
    found = jobs.why(jobs.ended(job))
    assert found.cause is Cause.TERMINATED
    assert "wrong input, says Eve" in found.sentence


def test_a_job_that_its_queue_has_cancelled(jobs: Jobs) -> None:
    limit = {
        "reason": "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT",
        "state": "RUNNABLE",
        "maxTimeSeconds": 600,
        "action": "CANCEL",
    }
    environment = jobs.environment("strict", instanceTypes=["m6i.large"], maxvCpus=64)
    queue = jobs.over("strict", environment, jobStateTimeLimitActions=[limit])
    definition = jobs.definition_on_instances("huge", vcpus=16, memory=1024)
    found = jobs.why(jobs.ended(jobs.submit("huge", queue, definition)))
    assert found.cause is Cause.CANCELLED_BY_QUEUE
    assert "it asks for more vCPUs, memory or GPUs than any instance type" in found.sentence


def test_a_dependency_that_failed_is_followed_to_its_cause(jobs: Jobs) -> None:
    first = jobs.submit("memory", "free", "small")
    found = jobs.why(jobs.ended(jobs.submit("then", "free", "small", dependsOn=[{"jobId": first}])))
    assert found.cause is Cause.DEPENDENCY_FAILED
    assert (found.root.id, found.root.cause) == (first, Cause.OUT_OF_MEMORY)


def test_an_array_tells_its_reasons_and_how_many_children_have_each(jobs: Jobs) -> None:
    found = jobs.why(jobs.failed("mixed", arrayProperties={"size": 10}))
    assert found.cause is Cause.CHILDREN_FAILED
    assert found.sentence == "10 of its 10 children failed, for 2 different reasons."
    assert found.evidence[0].startswith("7 children (1, 2, 3, 5, 6, 7, 9): ")
    assert found.evidence[1].startswith("3 children (0, 4, 8): ")
    assert [below.cause for below in found.below] == [Cause.EXIT_CODE, Cause.OUT_OF_MEMORY]


# Executions.

_RIGHTS = ("batch:*", "events:*", "iam:PassRole", "states:*", "lambda:*", "s3:*")


def submit(job: str, **options: Any) -> dict[str, Any]:
    return {"JobName": job, "JobQueue": "free", "JobDefinition": "small", **options}


def explained(
    jobs: Jobs, states: dict[str, Any], given: Any = None, *, rights: tuple[str, ...] = _RIGHTS
) -> Explanation:
    arn = jobs.machines.start(states, given, role=jobs.machines.role("states", *rights))
    jobs.machines.wait(arn)
    return jobs.why(arn)


def test_an_execution_is_followed_to_the_job_that_failed(jobs: Jobs) -> None:
    found = explained(jobs, task("batch:submitJob.sync", submit("memory")))
    assert found.cause is Cause.JOB_FAILED
    assert found.sentence.startswith("State 'Task' failed with its job memory. It used more memory than")
    assert found.root.cause is Cause.OUT_OF_MEMORY


def test_a_right_that_the_role_lacks(jobs: Jobs) -> None:
    found = explained(jobs, task("batch:submitJob.sync", submit("work")), rights=("events:*",))
    assert found.cause is Cause.DENIED
    assert " may not do batch:SubmitJob on arn:aws:batch:" in found.sentence
    added = json.loads(found.fixes[0].statement or "")
    assert (added["Effect"], added["Action"]) == ("Allow", "batch:SubmitJob")


def test_tags_take_a_right_of_their_own(jobs: Jobs) -> None:
    tagged = submit("work", Tags={"team": "maps"})
    rights = ("events:*", "batch:SubmitJob", "batch:DescribeJobs", "batch:TerminateJob")
    found = explained(jobs, task("batch:submitJob.sync", tagged), rights=rights)
    assert found.cause is Cause.DENIED
    assert "batch:TagResource" in found.sentence
    assert "the job is submitted with tags" in found.sentence


def test_a_definition_that_is_inactive(jobs: Jobs) -> None:
    jobs.batch.deregister_job_definition(jobDefinition=f"{jobs.definition('old')}:1")
    found = explained(jobs, task("batch:submitJob.sync", submit("work", JobDefinition="old:1")))
    assert found.cause is Cause.DEFINITION_GONE


@pytest.mark.parametrize("queue", ["nowhere", "closed"])
def test_a_queue_that_is_gone_or_takes_no_jobs(jobs: Jobs, queue: str) -> None:
    if queue == "closed":
        jobs.batch.update_job_queue(jobQueue=jobs.queue(queue), state="DISABLED")
    found = explained(jobs, task("batch:submitJob.sync", submit("work", JobQueue=queue)))
    assert found.cause is Cause.QUEUE_GONE
    assert found.sentence == "The job queue that State 'Task' submits to does not exist, or takes no jobs."
    assert found.fixes[0].command == "constructs-lib ps"


def test_a_submission_that_aws_batch_refuses_is_told_in_its_words(jobs: Jobs) -> None:
    found = explained(jobs, task("batch:submitJob.sync", submit("work", ArrayProperties={"Size": 1})))
    assert found.cause is Cause.REQUEST_REFUSED
    assert found.sentence.startswith("AWS Batch refused the job that State 'Task' submits: ")
    assert "rray" in found.sentence, "of the size of arrays"


def test_a_choice_of_which_no_rule_fits(jobs: Jobs) -> None:
    rules = [{"Condition": "{% $states.input.x = 1 %}", "Next": "One"}]
    found = explained(jobs, {"Which": {"Type": "Choice", "Choices": rules}, "One": {"Type": "Succeed"}}, {"x": 2})
    assert found.cause is Cause.NO_CHOICE
    assert found.sentence == "No rule of State 'Which' fits its input, and it has no Default."


def test_items_that_cannot_be_read(jobs: Jobs) -> None:
    jobs.local_aws.client("s3").create_bucket(Bucket="items-of-why")
    reader = {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "JSON"}}
    place = {"Bucket": "items-of-why", "Key": "gone.json"}
    processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "Each"}
    each = {"Each": {"Type": "Pass", "End": True}}
    read = {"Type": "Map", "ItemReader": {**reader, "Arguments": place}, "End": True}
    found = explained(jobs, {"Read": {**read, "ItemProcessor": {**processor, "States": each}}})
    assert found.cause is Cause.ITEMS_NOT_READ
    assert found.sentence.startswith("The items of State 'Read' could not be read: ")


def test_a_payload_that_is_too_long(jobs: Jobs) -> None:
    long = {"P": {"Type": "Pass", "Output": "{% $join([1..60000].$string(), ',') %}", "End": True}}
    found = explained(jobs, long)
    assert found.cause is Cause.PAYLOAD_TOO_LONG
    assert "262,144 bytes" in found.sentence


def test_container_overrides_that_are_too_long(jobs: Jobs) -> None:
    long = {"ContainerOverrides": {"Environment": [{"Name": "LONG", "Value": "x" * 9000}]}}
    found = explained(jobs, task("batch:submitJob.sync", submit("work", **long)))
    assert found.root.cause is Cause.OVERRIDES_TOO_LONG


def test_an_expression_that_fails_is_named_with_its_state(jobs: Jobs) -> None:
    found = explained(jobs, {"Sum": {"Type": "Pass", "Output": "{% $states.input.x + 'a' %}", "End": True}})
    assert found.cause is Cause.EXPRESSION
    assert "$states.input.x + 'a'" in found.sentence
    assert "state Sum: States.QueryEvaluationError" in told(found)


def test_a_task_that_takes_too_long(jobs: Jobs) -> None:
    found = explained(jobs, task("batch:submitJob.sync", submit("hold"), TimeoutSeconds=60))
    assert found.cause is Cause.TIMED_OUT


def test_an_execution_that_takes_too_long_names_what_it_had_not_finished(jobs: Jobs) -> None:
    hold = task("batch:submitJob.sync", submit("hold"))
    arn = jobs.run(jobs.machine("Late", hold, TimeoutSeconds=300), "thursday")
    found = jobs.why(arn)
    assert (found.status, found.cause) == ("TIMED_OUT", Cause.TIMED_OUT)
    assert "unfinished state Task: batch:submitJob.sync" in found.evidence


def test_a_caught_error_is_told_beside_the_state_that_fails(jobs: Jobs) -> None:
    caught = task("batch:submitJob.sync", submit("memory"), Catch=[{"ErrorEquals": ["States.ALL"], "Next": "Sorry"}])
    found = explained(jobs, {**caught, "Sorry": {"Type": "Fail", "Error": "Nightly.Failed", "Cause": "sorry"}})
    assert found.cause is Cause.JOB_FAILED
    assert found.root.cause is Cause.OUT_OF_MEMORY
    assert "state Sorry, of type Fail, then ended it: Nightly.Failed: sorry" in told(found)


def test_a_state_machine_that_ends_itself(jobs: Jobs) -> None:
    found = explained(jobs, {"Stop": {"Type": "Fail", "Error": "Nightly.Wrong", "Cause": "the moon was full"}})
    assert found.cause is Cause.FAIL_STATE
    assert "by state 'Stop' of type Fail, with Nightly.Wrong: the moon was full." in found.sentence


def test_an_item_of_a_distributed_map_is_followed_to_its_job(jobs: Jobs) -> None:
    child = task("batch:submitJob.sync", submit("exit-7"))
    processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "Task"}
    each = {"Type": "Map", "Items": "{% [1..5] %}", "ItemProcessor": {**processor, "States": child}, "End": True}
    found = explained(jobs, {"Each": each})
    assert found.cause is Cause.TOO_MANY_FAILURES
    assert [below.kind for below in found.below] == ["Map Run"]
    assert found.root.evidence[0] == "exit code 7"


@pytest.fixture(scope="module")
def deployment(jobs: Jobs, assembly: Assembly) -> Deployment:
    return jobs.aws.deploy(assembly.stack("Pipelines"))


@pytest.mark.parametrize("strategy", ["Array", "Map", "Distributed"])
def test_a_fan_out_is_followed_to_the_jobs_of_its_items(jobs: Jobs, deployment: Deployment, strategy: str) -> None:
    [machine] = [
        item.physical_id
        for item in deployment.named("AWS::StepFunctions::StateMachine")
        if item.logical_id.startswith(f"Answer{strategy}FanOut")
    ]
    with jobs.aws.faults.during(FaultPlan([ExitCode(3, index=(1, 3), attempt=None)])):
        arn = jobs.run(machine, "nightly", {"items": list(range(6))})
    found = jobs.why(arn)
    assert found.cause is Cause.TOO_MANY_FAILURES
    assert found.sentence == ("2 of 6 items failed: items 1, 3. That is more than the fan-out tolerates.")
    assert found.fixes[0].command == f"constructs-lib rerun {arn}"
    assert found.root.cause is Cause.EXIT_CODE
    assert found.root.evidence[0] == "exit code 3"


@pytest.mark.parametrize("strategy", ["Array", "Map"])
def test_a_fan_out_of_no_list(jobs: Jobs, deployment: Deployment, strategy: str) -> None:
    [machine] = [
        item.physical_id
        for item in deployment.named("AWS::StepFunctions::StateMachine")
        if item.logical_id.startswith(f"Answer{strategy}FanOut")
    ]
    found = jobs.why(jobs.run(machine, "no-list", {"items": {"a": 1}}))
    assert found.cause is Cause.INVALID_ITEMS
    assert "got are no list: " in found.sentence


def test_a_state_machine_that_another_one_has_started(jobs: Jobs) -> None:
    inner = {"QueryLanguage": "JSONata", "StartAt": "Task", "States": task("batch:submitJob.sync", submit("exit-9"))}
    role = jobs.machines.role("states", *_RIGHTS)
    machine = jobs.machines.states.create_state_machine(name="inner", definition=json.dumps(inner), roleArn=role)
    start = {"StateMachineArn": machine["stateMachineArn"]}
    found = explained(jobs, task("states:startExecution.sync:2", start))
    assert found.root.evidence[0] == "exit code 9"


def test_a_state_that_lets_time_pass(jobs: Jobs) -> None:
    role = jobs.machines.role("states", *_RIGHTS)
    with jobs.aws.clock.working():
        arn = jobs.machines.start({"Pause": {"Type": "Wait", "Seconds": 600, "End": True}}, role=role)
        found = jobs.why_of_running(arn, "WaitStateEntered")
    assert found.cause is Cause.WAITS_FOR_TIME
    assert found.sentence == "State 'Pause' lets time pass."


def test_a_state_that_waits_for_its_token(jobs: Jobs) -> None:
    url = jobs.local_aws.client("sqs").create_queue(QueueName="tokens-of-why")["QueueUrl"]
    body = {"QueueUrl": url, "MessageBody": "{% $states.context.Task.Token %}"}
    with jobs.aws.clock.working():
        wait = task("sqs:sendMessage.waitForTaskToken", body)
        arn = jobs.machines.start(wait, role=jobs.machines.role("states", "sqs:*"))
        found = jobs.why_of_running(arn, "TaskSubmitted")
    assert found.cause is Cause.WAITS_FOR_CALLBACK
    assert found.sentence.startswith("State 'Task' waits until somebody sends its task token back")
    assert "HeartbeatSeconds" in found.fixes[0].text
    jobs.machines.states.stop_execution(executionArn=arn)


def test_an_execution_that_runs_says_what_it_waits_for(jobs: Jobs) -> None:
    queue = jobs.queue("stuck", maxvCpus=1)
    jobs.submit("hold", queue, "small")
    wait = task("batch:submitJob.sync", submit("work", JobQueue=queue))
    arn = jobs.machines.start(wait, role=jobs.machines.role("states", *_RIGHTS))
    while not jobs.batch.list_jobs(jobQueue=queue, jobStatus="RUNNABLE")["jobSummaryList"]:
        pass
    found = jobs.why(arn)
    assert found.cause is Cause.WAITS_FOR_JOB
    assert found.root.cause is Cause.VCPUS_IN_USE
    jobs.machines.states.stop_execution(executionArn=arn, error="Enough", cause="says Eve")
    jobs.machines.wait(arn)
    found = jobs.why(arn)
    assert found.cause is Cause.ABORTED
    assert "Enough, says Eve" in found.sentence


# Queues.


def test_a_queue_is_explained_by_the_job_at_its_front(jobs: Jobs) -> None:
    queue = jobs.queue("front", maxvCpus=2)
    jobs.submit("wide", queue, jobs.definition("sixteen", vcpus=16, memory=32_768))
    jobs.submit("small", queue, "small")
    found = jobs.why(queue)
    assert found.cause is Cause.MAX_VCPUS
    assert found.sentence.startswith("At its front waits job wide")
    assert jobs.why(jobs.queue("empty")).cause is Cause.QUEUE_EMPTY


def test_a_queue_whose_jobs_all_run_works(jobs: Jobs) -> None:
    queue = jobs.queue("all-run", maxvCpus=2)
    jobs.running(jobs.submit("hold", queue, "small"))
    found = jobs.why(queue)
    assert found.cause is Cause.QUEUE_WORKS
    assert found.sentence.startswith("No job waits in it, and ")


def test_an_environment_alone(jobs: Jobs) -> None:
    environment = jobs.environment("alone", maxvCpus=7)
    found = jobs.why(environment)
    assert (found.kind, found.cause) == ("compute environment", Cause.ENVIRONMENT_WORKS)
    assert found.sentence == "It takes jobs. It may have 7 vCPUs."
    jobs.batch.update_compute_environment(computeEnvironment=environment, state="DISABLED")
    assert jobs.why(environment).cause is Cause.ENVIRONMENT_DISABLED


# The command.


@pytest.fixture(scope="module")
def screens(jobs: Jobs) -> Screens:
    return Screens(jobs.aws)


def test_a_job_that_waits_as_it_is_shown(jobs: Jobs, screens: Screens, snapshot: SnapshotAssertion) -> None:
    queue = jobs.queue("shown", instanceTypes=["m6i.large"], maxvCpus=8)
    first = jobs.submit("render", queue, jobs.definition_on_instances("render", vcpus=1, memory=16_000))
    assert screens.at_widths("why", first) == snapshot
    assert screens.at_widths("why", queue) == snapshot
    assert screens.at_widths("why", jobs.submit("then", queue, "small-on-instances")) == snapshot


def test_an_array_that_failed_as_it_is_shown(jobs: Jobs, screens: Screens, snapshot: SnapshotAssertion) -> None:
    assert screens.at_widths("why", jobs.failed("mixed", arrayProperties={"size": 100})) == snapshot


def test_executions_as_they_are_shown(jobs: Jobs, screens: Screens, snapshot: SnapshotAssertion) -> None:
    failed = jobs.run(jobs.machine("Nightly", task("batch:submitJob.sync", submit("memory"))), "monday")
    assert screens.at_widths("why", "Nightly:monday") == snapshot
    assert screens.shown("why", failed) == screens.shown("why", "Nightly"), "the newest"
    denied = jobs.machine("Denied", task("batch:submitJob.sync", submit("work")), rights=("events:*",))
    jobs.run(denied, "tuesday")
    shown = re.sub(r"(?<=DeniedRole/)\w+", lambda session: "x" * len(session[0]), screens.at_widths("why", "Denied"))
    assert shown == snapshot


def test_for_programs(jobs: Jobs, screens: Screens) -> None:
    answer = screens.call("why", jobs.failed("exit-3"), "--json")
    assert answer.exit_code == 0
    found = json.loads(answer.stdout)
    assert (found["kind"], found["status"], found["finding"]["cause"]) == ("job", "FAILED", "EXIT_CODE")
    assert found["finding"]["evidence"][0] == "exit code 3"
    assert found["finding"]["fixes"][0]["command"] == f"constructs-lib logs {found['id']}"
    assert (found["also"], found["below"], found["notAsked"]) == ([], [], [])


def test_a_cause_that_nobody_knows_has_an_exit_code_of_its_own(jobs: Jobs, screens: Screens) -> None:
    states = {"Strange": task("batch:submitJob.sync", submit("work"))["Task"]}
    machine = jobs.machine("Odd", states)
    with jobs.local_aws.mocking("Strange", error="Odd.Error", cause="the moon was full"):
        jobs.run(machine, "friday")
    answer = screens.call("why", "Odd")
    assert answer.exit_code == 3
    assert "the moon was full" in answer.stdout
    assert "The cause is not known." in answer.stdout
    assert "constructs-lib history arn:" in answer.stdout


def test_what_there_is_not_is_wrong_usage(screens: Screens) -> None:
    absent = screens.call("why", "0fd1ec2c-8a8f-4a3b-b8ba-3b43dbd1ad11")
    assert absent.exit_code == 2
    assert "no job 0fd1ec2c-8a8f-4a3b-b8ba-3b43dbd1ad11" in absent.stderr
    assert screens.call("why", "nothing-of-this-name").exit_code == 2
    for arn in (
        "arn:aws:states:us-east-1:123456789012:execution:Nightly:never",
        "arn:aws:batch:us-east-1:123456789012:job-queue/never",
        "arn:aws:batch:us-east-1:123456789012:compute-environment/never",
    ):
        absent = screens.call("why", arn)
        assert absent.exit_code == 2, absent.output
        assert "never" in absent.stderr


def test_what_others_wrote_commands_no_terminal(jobs: Jobs, screens: Screens) -> None:
    job = jobs.submit("hold", "free", "small")
    jobs.batch.terminate_job(jobId=job, reason="\x1b[2J\x1b]0;gone\x07 [bold]")
    answer = screens.call("why", jobs.ended(job), columns=80)
    assert "\x1b[2J" not in answer.output
    assert "\\x1b[2J\\x1b]0;gone\\x07 [bold]" in answer.output


def test_the_name_of_a_job_means_the_one_that_was_submitted_last(jobs: Jobs) -> None:
    jobs.ended(jobs.submit("twice", "free", "small"))
    newest = jobs.ended(jobs.submit("twice", jobs.queue("second"), "small"))
    assert jobs.why("twice").id == newest


def test_the_rights_that_the_help_lists_are_all_that_is_needed(jobs: Jobs, screens: Screens) -> None:
    listed = re.findall(r"[a-z0-9]+:[A-Z]\w+", screens.call("why", "--help").stdout)
    somebody = jobs.somebody("reader", *listed)
    queue = jobs.queue("readable", instanceTypes=["m6i"], maxvCpus=2)
    jobs.submit("hold", queue, "small-on-instances")
    next_one = jobs.submit("wait", queue, jobs.definition_on_instances("two", vcpus=2))
    machine = jobs.machine("Readable", task("batch:submitJob.sync", submit("exit-5")))
    jobs.run(machine, "monday")
    for name in (next_one, queue, "Readable", jobs.failed("mixed", arrayProperties={"size": 4})):
        found = why(somebody, name)
        assert found.is_known
        assert found.not_asked == ()


def test_a_name_of_a_queue_and_of_a_state_machine_means_its_execution(jobs: Jobs) -> None:
    jobs.queue("Weekly")
    assert jobs.why("Weekly").kind == "job queue"
    arn = jobs.run(jobs.machine("Weekly", task("batch:submitJob.sync", submit("work"))), "sunday")
    found = jobs.why("Weekly")
    assert (found.id, found.cause) == (arn, Cause.SUCCEEDED)


def test_what_may_not_be_asked_is_told_and_stops_nothing(jobs: Jobs) -> None:
    queue = jobs.queue("secret", maxvCpus=1)
    job = jobs.submit("wide", queue, jobs.definition("wide-secret", vcpus=2, memory=4096))
    found = why(jobs.somebody("stranger", "batch:DescribeJobs", "batch:DescribeJobQueues"), job)
    assert found.cause is Cause.MAX_VCPUS, "which the status reason says"
    assert found.not_asked == (
        "batch:DescribeComputeEnvironments: not allowed, so that what its environments have is not known",
        "batch:GetJobQueueSnapshot: not allowed, so that who is first in its queue is not known",
    )
