"""Compute environments that AWS Batch cannot use; each case cites the page that it is written from."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.conformance.batch_account import API, GUIDE, BatchAccount, unique
from tests.waiting import settled_stack

PAGE = f"{GUIDE}/invalid_compute_environment.html"
QUEUE = f"{API}/API_CreateJobQueue.html"
ACCOUNT = "arn:aws:iam::123456789012"


def described(account: BatchAccount, environment: str) -> dict[str, Any]:
    [found] = account.batch.describe_compute_environments(computeEnvironments=[environment])["computeEnvironments"]
    return dict(found)


@pytest.mark.parametrize("profile", ["absent", f"{ACCOUNT}:instance-profile/absent"])
def test_an_instance_profile_that_is_not_there(account: BatchAccount, profile: str) -> None:
    found = described(account, account.environment(instanceRole=profile))
    assert found["status"] == "INVALID", PAGE
    assert found["statusReason"] == f"CLIENT_ERROR - Invalid IamInstanceProfile: {profile}"


@pytest.mark.parametrize("profile", ["instances", f"{ACCOUNT}:instance-profile/instances"])
def test_one_that_is_there_by_its_name_or_arn(account: BatchAccount, profile: str) -> None:
    found = described(account, account.environment(instanceRole=profile))
    assert (found["status"], found["statusReason"]) == ("VALID", "ComputeEnvironment Healthy")


def test_a_role_is_no_instance_profile(account: BatchAccount) -> None:
    with pytest.raises(ClientError, match=r"The ECS Instance Role should be an ECS Instance Profile ARN\."):
        account.environment(instanceRole=f"{ACCOUNT}:role/instances")


def test_a_service_role_that_is_not_there(account: BatchAccount) -> None:
    role = f"{ACCOUNT}:role/absent"
    compute = {"type": "FARGATE", "maxvCpus": 1, "subnets": ["subnet-1"], "securityGroupIds": ["sg-1"]}
    request = {"computeEnvironmentName": unique("environment"), "type": "MANAGED", "computeResources": compute}
    found = described(
        account, account.batch.create_compute_environment(**request, serviceRole=role)["computeEnvironmentArn"]
    )
    words = (
        f"CLIENT_ERROR - User: batch.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: {role} "
    )
    assert found["status"] == "INVALID", PAGE
    assert found["statusReason"].startswith(words)


def test_the_role_of_a_spot_fleet_that_is_not_there(account: BatchAccount) -> None:
    fleet = {"allocationStrategy": "BEST_FIT", "spotIamFleetRole": f"{ACCOUNT}:role/absent"}
    found = described(account, account.environment("SPOT", **fleet))
    assert found["status"] == "INVALID", PAGE
    assert found["statusReason"] == "CLIENT_ERROR - Parameter: SpotFleetRequestConfig.IamFleetRole is invalid."


def test_the_roles_that_aws_makes_itself_are_there(account: BatchAccount) -> None:
    role = f"{ACCOUNT}:role/aws-service-role/spotfleet.amazonaws.com/AWSServiceRoleForEC2SpotFleet"
    fleet = {"allocationStrategy": "BEST_FIT", "spotIamFleetRole": role}
    assert described(account, account.environment("SPOT", **fleet))["status"] == "VALID"


def test_no_queue_gets_one_that_is_invalid(account: BatchAccount) -> None:
    environment = account.environment(instanceRole="absent")
    with pytest.raises(ClientError, match="must be created and valid before attaching"):
        account.queue(environment)


def test_jobs_wait_while_an_update_has_made_one_invalid_and_run_when_another_has_mended_it(
    account: BatchAccount,
) -> None:
    environment = account.environment(allocationStrategy="BEST_FIT_PROGRESSIVE")
    queue = account.queue(environment)

    def update(profile: str) -> str:
        resources = {"instanceRole": profile}
        account.batch.update_compute_environment(computeEnvironment=environment, computeResources=resources)
        return str(described(account, environment)["status"])

    assert update("absent") == "INVALID", PAGE
    job_id = account.submit(queue, "true")
    assert account.describe(job_id)["status"] == "RUNNABLE", PAGE
    assert update("instances") == "VALID", PAGE
    assert account.ended(job_id)["status"] == "SUCCEEDED"


def test_one_that_is_invalid_is_disabled_and_deleted_as_others(account: BatchAccount) -> None:
    environment = account.environment(instanceRole="absent")
    with pytest.raises(ClientError, match="must be disabled first"):
        account.batch.delete_compute_environment(computeEnvironment=environment)
    account.batch.update_compute_environment(computeEnvironment=environment, state="DISABLED")
    assert described(account, environment)["status"] == "INVALID"
    account.batch.delete_compute_environment(computeEnvironment=environment)
    assert account.batch.describe_compute_environments(computeEnvironments=[environment])["computeEnvironments"] == []


def test_a_stack_with_one_fails_with_the_reason(account: BatchAccount) -> None:
    compute = {"Type": "EC2", "MaxvCpus": 1, "Subnets": ["subnet-1"], "InstanceRole": "absent"}
    compute |= {"InstanceTypes": ["optimal"], "SecurityGroupIds": ["sg-1"]}
    properties = {"Type": "MANAGED", "ComputeEnvironmentName": "of-a-stack", "ComputeResources": compute}
    template = {"Resources": {"Environment": {"Type": "AWS::Batch::ComputeEnvironment", "Properties": properties}}}
    cloudformation = account.aws.client("cloudformation")
    cloudformation.create_stack(StackName="Invalid", TemplateBody=json.dumps(template))
    assert settled_stack(cloudformation, "Invalid")["StackStatus"] == "ROLLBACK_COMPLETE"
    events = cloudformation.describe_stack_events(StackName="Invalid")["StackEvents"]
    [failed] = [event for event in events if event["ResourceStatus"] == "CREATE_FAILED"]
    words = "Operation failed, ComputeEnvironment went INVALID with error: CLIENT_ERROR - Invalid IamInstanceProfile: "
    assert f"{words}absent" in failed["ResourceStatusReason"]
    assert account.batch.describe_compute_environments(computeEnvironments=["of-a-stack"])["computeEnvironments"] == []
