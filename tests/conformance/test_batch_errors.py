"""Wrong calls of AWS Batch, and what it answers: AWS's own words where a public thread or page has them."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.conformance.batch_account import (
    API,
    EXECUTION_ROLE,
    GUIDE,
    INSTANCE_ROLE,
    BatchAccount,
    Json,
    resources,
    unique,
)

SUBMIT = f"{API}/API_SubmitJob.html"
REGISTER = f"{API}/API_RegisterJobDefinition.html"
DEPENDENCY = f"{API}/API_TaskContainerDependency.html"
COMPUTE = f"{API}/API_ComputeResource.html"
QUEUE = f"{API}/API_CreateJobQueue.html"
FAIR = f"{GUIDE}/fair-share-scheduling.html"
FRAMED = "Error executing request, Exception : "

Act = Callable[[BatchAccount], Any]


def ec2(**compute: Any) -> Act:
    return lambda account: account.environment("EC2", **compute)


def fargate(**compute: Any) -> Act:
    return lambda account: account.environment("FARGATE", **compute)


def registered(container: Json | None = None, **members: Any) -> Act:
    return lambda account: account.definition("true", container=container, **members)


def on_fargate(**container: Any) -> Act:
    role = {"executionRoleArn": EXECUTION_ROLE}
    return registered({**role, **container}, platformCapabilities=["FARGATE"])


def submitted(**request: Any) -> Act:
    return lambda account: account.submit(account.queue(), "true", **request)


def submitted_to_fair_share(definition: Json | None = None, **request: Any) -> Act:
    def act(account: BatchAccount) -> str:
        queue = account.queue(schedulingPolicyArn=account.policy())
        return account.submit(queue, definition=account.definition("true", **(definition or {})), **request)

    return act


def submitted_to_disabled(account: BatchAccount) -> str:
    return account.submit(account.queue(state="DISABLED"), "true")


def submitted_to_fargate(account: BatchAccount) -> str:
    return account.submit(account.queue(account.environment("FARGATE")), "true")


def submitted_odd_fargate_size(account: BatchAccount) -> str:
    container = {"executionRoleArn": EXECUTION_ROLE}
    definition = account.definition("true", container=container, platformCapabilities=["FARGATE"])
    overrides = {"resourceRequirements": resources("1", "4000")}
    queue = account.queue(account.environment("FARGATE"))
    return account.submit(queue, definition=definition, containerOverrides=overrides)


def with_order(essential: bool = True, **after: str) -> Act:
    """Two containers, main and side; the order of main."""
    main = {"name": "main", "image": "none", "resourceRequirements": resources()}
    depends = [{"containerName": name, "condition": condition} for name, condition in after.items()]
    both = [{**main, "dependsOn": depends}, {**main, "name": "side", "essential": essential}]
    return lambda account: account.definition(ecsProperties={"taskProperties": [{"containers": both}]})


def submitted_with_deregistered(account: BatchAccount) -> str:
    definition = account.definition("true")
    account.batch.deregister_job_definition(jobDefinition=definition)
    return account.submit(account.queue(), definition=definition)


def mixed(account: BatchAccount) -> str:
    return account.queue(account.environment("EC2"), account.environment("FARGATE"))


def same_order(account: BatchAccount) -> Any:
    order = [{"order": 1, "computeEnvironment": account.environment()} for _ in range(2)]
    return account.queue(computeEnvironmentOrder=order)


def made_twice(account: BatchAccount) -> Any:
    name = unique("twice")
    for _ in range(2):
        account.queue(jobQueueName=name)


def enabled_environment_deleted(account: BatchAccount) -> None:
    account.batch.delete_compute_environment(computeEnvironment=account.environment())


def used_environment_deleted(account: BatchAccount) -> None:
    environment = account.environment()
    account.queue(environment)
    account.batch.update_compute_environment(computeEnvironment=environment, state="DISABLED")
    account.batch.delete_compute_environment(computeEnvironment=environment)


def enabled_queue_deleted(account: BatchAccount) -> None:
    account.batch.delete_job_queue(jobQueue=account.queue())


def used_policy_deleted(account: BatchAccount) -> None:
    policy = account.policy()
    account.queue(schedulingPolicyArn=policy)
    account.batch.delete_scheduling_policy(arn=policy)


def scaled_down_by_hand(account: BatchAccount) -> None:
    environment = account.environment(desiredvCpus=8)
    account.batch.update_compute_environment(computeEnvironment=environment, computeResources={"desiredvCpus": 4})


def updated_best_fit(account: BatchAccount) -> None:
    environment = account.environment(allocationStrategy="BEST_FIT")
    changes = {"instanceTypes": ["m5.large"]}
    account.batch.update_compute_environment(computeEnvironment=environment, computeResources=changes)


def nodes_on_fargate(account: BatchAccount) -> None:
    container = {"image": "busybox", "resourceRequirements": resources()}
    nodes = {"numNodes": 2, "mainNode": 0, "nodeRangeProperties": [{"targetNodes": "0:", "container": container}]}
    account.batch.register_job_definition(
        jobDefinitionName=unique("nodes"), type="multinode", nodeProperties=nodes, platformCapabilities=["FARGATE"]
    )


def retyped(name: str) -> Act:
    def act(account: BatchAccount) -> None:
        environment = account.environment(allocationStrategy="BEST_FIT_PROGRESSIVE")
        changes = {"instanceTypes": [name]}
        account.batch.update_compute_environment(computeEnvironment=environment, computeResources=changes)

    return act


def queue_of_two_processors(account: BatchAccount) -> str:
    environments = [account.environment(instanceTypes=[name]) for name in ("m5", "m6g.large")]
    order = [{"order": place, "computeEnvironment": arn} for place, arn in enumerate(environments)]
    return account.queue(computeEnvironmentOrder=order)


def unmanaged_with_resources(account: BatchAccount) -> None:
    compute = {"type": "EC2", "maxvCpus": 1, "subnets": ["subnet-1"], "instanceRole": INSTANCE_ROLE}
    name = unique("unmanaged")
    account.batch.create_compute_environment(computeEnvironmentName=name, type="UNMANAGED", computeResources=compute)


def called(operation: str, **request: Any) -> Act:
    return lambda account: getattr(account.batch, operation)(**request)


NODES = {
    "numNodes": 1,
    "mainNode": 0,
    "nodeRangeProperties": [{"targetNodes": "0", "container": {"image": "none", "vcpus": 1, "memory": 4}}],
}

CASES: list[tuple[str, Act, str]] = [
    (SUBMIT, submitted(jobQueue="nowhere"), "job-queue/nowhere does not exist"),
    (SUBMIT, submitted(jobDefinition="none"), "JobDefinition name none does not exist or is not in ACTIVE status"),
    (
        f"{API}/API_DeregisterJobDefinition.html",
        submitted_with_deregistered,
        "does not exist or is not in ACTIVE status",
    ),
    (SUBMIT, submitted_to_disabled, "is in DISABLED state"),
    (
        f"{GUIDE}/fargate.html",
        submitted_to_fargate,
        "Job Queue is attached to Compute Environment that can not run Jobs with capability EC2",
    ),
    (
        f"{API}/API_ResourceRequirement.html",
        submitted_odd_fargate_size,
        r"operation.*: Fargate resource requirements \(1.00 vCPU, 4000 MiB\) not valid.",
    ),
    (
        f"{GUIDE}/job_definition_parameters.html",
        submitted(containerOverrides={"command": ["Ref::missing"]}),
        "Unable to substitute value. No parameter found for reference missing",
    ),
    (
        f"{API}/API_ContainerOverrides.html",
        submitted(containerOverrides={"environment": [{"name": "AWS_BATCH_MINE", "value": "1"}]}),
        f"{FRAMED}Environment variable AWS_BATCH_MINE is not valid: names cannot start with AWS_BATCH",
    ),
    (
        f"{API}/API_ShareAttributes.html",
        submitted(shareIdentifier="a"),
        "can only be submitted to job queue with fair share",
    ),
    (SUBMIT, submitted(schedulingPriorityOverride=1), "can only be submitted to job queue with fair share"),
    (FAIR, submitted_to_fair_share(), "shareIdentifier must be specified."),
    (
        FAIR,
        submitted_to_fair_share(shareIdentifier="a"),
        "Either schedulingPriority in job definition or schedulingPriorityOverride should be specified.",
    ),
    (
        FAIR,
        submitted_to_fair_share({"schedulingPriority": 1}, shareIdentifier="a b"),
        "must be 1 to 255 letters and digits",
    ),
    (DEPENDENCY, with_order(third="START"), "Container main depends on third, which is not in the task"),
    (DEPENDENCY, with_order(side="END"), "END is not a condition of a dependency: START, COMPLETE, SUCCESS are"),
    (DEPENDENCY, with_order(side="SUCCESS"), "SUCCESS can't be set on the essential container side"),
    (DEPENDENCY, with_order(main="START"), "depend on each other in a circle: main, main"),
    (SUBMIT, submitted(nodeOverrides={"numNodes": 2}), "nodeOverrides is not emulated"),
    (SUBMIT, submitted(eksPropertiesOverride={}), "eksPropertiesOverride is not emulated"),
    (SUBMIT, submitted(retryStrategy={}), f"{FRAMED}RetryAttempts must be provided with retry strategy"),
    (
        f"{API}/API_EvaluateOnExit.html",
        submitted(retryStrategy={"attempts": 1, "evaluateOnExit": [{"onReason": "*x", "action": "EXIT"}]}),
        "An asterisk",
    ),
    (
        f"{API}/API_EvaluateOnExit.html",
        submitted(retryStrategy={"attempts": 1, "evaluateOnExit": [{"onReason": "x", "action": "STOP"}]}),
        "STOP is not valid. Valid values: RETRY, EXIT",
    ),
    (
        f"{API}/API_EvaluateOnExit.html",
        registered(retryStrategy={"attempts": 1, "evaluateOnExit": [{"onExitCode": "one", "action": "EXIT"}]}),
        "onExitCode: one is not valid",
    ),
    (REGISTER, registered({"resourceRequirements": resources()[1:]}), f"{FRAMED}vCPU is not provided., RequestId: "),
    (REGISTER, registered({"resourceRequirements": resources()[:1]}), f"{FRAMED}Memory is not provided."),
    (REGISTER, registered({"image": ""}), f"{FRAMED}Container image must be provided."),
    (REGISTER, registered({"networkConfiguration": {}}), f"{FRAMED}networkConfiguration not applicable for EC2."),
    (REGISTER, registered({"environment": [{"name": "AWS_BATCH"}]}), "names cannot start with AWS_BATCH"),
    (REGISTER, registered(retryStrategy={}), f"{FRAMED}RetryAttempts must be provided with retry strategy"),
    (REGISTER, registered(eksProperties={}), "jobs on Amazon EKS are not emulated"),
    (REGISTER, registered(ecsProperties={"taskProperties": []}), "taskProperties must have exactly one task, got 0"),
    (REGISTER, registered(type="other"), "other is not valid. Valid values: container, multinode"),
    (
        f"{GUIDE}/fargate.html",
        on_fargate(vcpus=1),
        "vcpus is not applicable for Fargate. Use resource requirements instead.",
    ),
    (f"{GUIDE}/fargate.html", on_fargate(privileged=True), f"{FRAMED}privileged is not applicable for Fargate."),
    (f"{GUIDE}/fargate.html", on_fargate(executionRoleArn=""), f"{FRAMED}executionRoleArn is required for Fargate."),
    (
        f"{GUIDE}/fargate.html",
        on_fargate(resourceRequirements=[*resources(), {"type": "GPU", "value": "1"}]),
        f"{FRAMED}GPU is not applicable for Fargate.",
    ),
    (COMPUTE, ec2(instanceRole=""), f"{FRAMED}Instance role is required., RequestId: "),
    (COMPUTE, ec2(minvCpus=65), f"{FRAMED}minvCpus 65 must be less than or equal to maxvCpus 64"),
    (COMPUTE, ec2(desiredvCpus=65), f"{FRAMED}desiredvCpus must be between minvCpus and maxvCpus"),
    (COMPUTE, ec2(allocationStrategy="SPOT_CAPACITY_OPTIMIZED"), "is not supported for On-Demand compute environments"),
    (COMPUTE, ec2(type="OTHER"), "computeResources.type: OTHER is not valid. Valid values: EC2, SPOT, FARGATE"),
    (COMPUTE, fargate(desiredvCpus=1), f"{FRAMED}desiredvCpus is not applicable for Fargate."),
    (COMPUTE, fargate(tags={"a": "b"}), f"{FRAMED}tags is not applicable for Fargate."),
    (COMPUTE, fargate(instanceTypes=["m5.large"]), f"{FRAMED}instanceTypes is not applicable for Fargate."),
    (COMPUTE, ec2(instanceTypes=["m5.huge"]), f"{FRAMED}Instance type can only be one of \\[m5.12xlarge, "),
    (COMPUTE, ec2(instanceTypes=["m5", "c6g.large"]), f"{FRAMED}arm-based instance type cannot be used with other"),
    (REGISTER, nodes_on_fargate, f"{FRAMED}Multi-node parallel jobs aren't supported on Fargate."),
    (COMPUTE, retyped("m5.huge"), f"{FRAMED}Instance type can only be one of"),
    (f"{API}/API_ComputeEnvironmentOrder.html", queue_of_two_processors, "must share the same architecture"),
    (COMPUTE, fargate(securityGroupIds=[]), f"{FRAMED}securityGroupIds are required for Fargate."),
    (f"{API}/API_CreateComputeEnvironment.html", unmanaged_with_resources, "computeResources must not be provided"),
    (
        f"{API}/API_CreateComputeEnvironment.html",
        called("create_compute_environment", computeEnvironmentName="a.b", type="MANAGED"),
        r"Provided name a.b is not supported pattern",
    ),
    (
        f"{API}/API_CreateComputeEnvironment.html",
        called(
            "create_compute_environment",
            computeEnvironmentName="e",
            type="MANAGED",
            eksConfiguration={"eksClusterArn": "a", "kubernetesNamespace": "b"},
        ),
        "compute environments on Amazon EKS are not emulated",
    ),
    (
        f"{GUIDE}/updating-compute-environments.html",
        scaled_down_by_hand,
        "Manually scaling down compute environment is not supported.",
    ),
    (f"{GUIDE}/updating-compute-environments.html", updated_best_fit, "with allocation strategy BEST_FIT"),
    (
        f"{API}/API_DeleteComputeEnvironment.html",
        enabled_environment_deleted,
        "Cannot delete, ComputeEnvironment must be disabled",
    ),
    (
        f"{API}/API_DeleteComputeEnvironment.html",
        used_environment_deleted,
        "Cannot delete, found existing JobQueue relationship",
    ),
    (f"{API}/API_DeleteJobQueue.html", enabled_queue_deleted, "Cannot delete, JobQueue must be disabled"),
    (f"{API}/API_DeleteSchedulingPolicy.html", used_policy_deleted, "found existing JobQueue relationship"),
    (QUEUE, mixed, f"{FRAMED}EC2 and Fargate compute environments cannot be mixed in a job queue."),
    (QUEUE, made_twice, "Object already exists"),
    (QUEUE, same_order, "each compute environment needs an order of its own"),
    (QUEUE, lambda account: account.queue(computeEnvironmentOrder=[]), "must have at least one compute environment"),
    (QUEUE, lambda account: account.queue("nowhere"), "compute-environment/nowhere does not exist"),
    (QUEUE, lambda account: account.queue(schedulingPolicyArn="arn:aws:batch:x"), "arn:aws:batch:x does not exist"),
    (QUEUE, lambda account: account.queue(state="OFF"), "state: OFF is not valid. Valid values: ENABLED, DISABLED."),
    (
        f"{API}/API_JobStateTimeLimitAction.html",
        lambda account: account.queue(
            jobStateTimeLimitActions=[
                {"reason": "r", "state": "RUNNABLE", "maxTimeSeconds": 600, "action": "TERMINATE"}
            ]
        ),
        "only CANCEL is",
    ),
    (
        f"{API}/API_FairsharePolicy.html",
        lambda account: account.policy(shareDistribution=[{"shareIdentifier": "a*"}, {"shareIdentifier": "ab"}]),
        "overlaps",
    ),
    (f"{API}/API_ListJobs.html", called("list_jobs"), "Exactly one of jobQueue, arrayJobId, multiNodeJobId"),
    (f"{API}/API_TerminateJob.html", called("terminate_job", jobId="none", reason="x"), "Job none does not exist"),
    (
        f"{API}/API_TagResource.html",
        called("tag_resource", resourceArn="arn:aws:batch:x", tags={"a": "b"}),
        "does not exist",
    ),
    (f"{API}/API_UpdateJobQueue.html", called("update_job_queue", jobQueue="none", state="DISABLED"), "does not exist"),
    (
        f"{API}/API_CreateConsumableResource.html",
        called("create_consumable_resource", consumableResourceName="c", resourceType="OTHER"),
        "OTHER is not valid. Valid values: REPLENISHABLE, NON_REPLENISHABLE",
    ),
    (
        f"{API}/API_ListQuotaShares.html",
        called("list_quota_shares", jobQueue="queue"),
        "ListQuotaShares is not emulated",
    ),
]


@pytest.mark.parametrize(
    ("call", "message"),
    [pytest.param(call, message, id=f"{number}-{page}") for number, (page, call, message) in enumerate(CASES)],
)
def test_a_wrong_call_is_a_client_exception(account: BatchAccount, call: Act, message: str) -> None:
    with pytest.raises(ClientError, match=message) as caught:
        call(account)
    assert caught.value.response["Error"]["Code"] == "ClientException"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    if FRAMED in str(caught.value):
        assert f"RequestId: {caught.value.response['ResponseMetadata']['RequestId']}" in str(caught.value)
