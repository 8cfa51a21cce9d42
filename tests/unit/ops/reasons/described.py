"""Jobs, environments and situations as AWS describes them, with what a test is about put in."""

from typing import Any

from constructs_lib.ops.reasons.waiting.situation import Situation

CREATED = 1_800_000_000
JOB = "4c7599ae-0a82-49aa-ba5a-4727fcce14a8"


def job(vcpus: float = 1, memory: int = 2048, gpus: int = 0, **members: Any) -> dict[str, Any]:
    """As DescribeJobs has it; one that has failed, unless its status is given."""
    needs = [{"type": "VCPU", "value": f"{vcpus:g}"}, {"type": "MEMORY", "value": str(memory)}]
    needs += [{"type": "GPU", "value": str(gpus)}] if gpus else []
    container = {
        "image": "111122223333.dkr.ecr.eu-west-1.amazonaws.com/tools/render:7",
        "executionRoleArn": "arn:aws:iam::111122223333:role/Execution",
        "resourceRequirements": needs,
    }
    described = {
        "jobId": JOB,
        "jobArn": f"arn:aws:batch:eu-west-1:111122223333:job/{JOB}",
        "jobName": "render",
        "jobQueue": "arn:aws:batch:eu-west-1:111122223333:job-queue/spot",
        "jobDefinition": "arn:aws:batch:eu-west-1:111122223333:job-definition/render:1",
        "status": "FAILED",
        "createdAt": CREATED * 1000,
        "container": container,
    }
    return {**described, **members}


def environment(name: str = "spot", **resources: Any) -> dict[str, Any]:
    """As DescribeComputeEnvironments has it: enabled, valid, on instances, with 64 vCPUs."""
    compute = {"type": "EC2", "maxvCpus": 64, "instanceTypes": ["m6i"], "allocationStrategy": "BEST_FIT_PROGRESSIVE"}
    return {
        "computeEnvironmentName": name,
        "computeEnvironmentArn": f"arn:aws:batch:eu-west-1:111122223333:compute-environment/{name}",
        "ecsClusterArn": f"arn:aws:ecs:eu-west-1:111122223333:cluster/{name}_Batch_1",
        "state": "ENABLED",
        "status": "VALID",
        "computeResources": {**compute, **resources},
    }


def fargate(name: str = "fargate", **resources: Any) -> dict[str, Any]:
    """An environment on Fargate."""
    found = environment(name, **{"type": "FARGATE", **resources})
    del found["computeResources"]["instanceTypes"], found["computeResources"]["allocationStrategy"]
    return found


def situation(waiting: dict[str, Any], *environments: dict[str, Any], after: float = 60, **members: Any) -> Situation:
    """A job that waits in a queue over some environments, seconds after it was submitted."""
    queue = {"jobQueueName": "spot", "jobQueueArn": waiting["jobQueue"], "state": "ENABLED", "status": "VALID"}
    return Situation(job=waiting, now=CREATED + after, queue=queue, environments=environments, **members)
