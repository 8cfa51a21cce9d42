"""The operations of AWS Batch on its resources and lists; each case cites the page that it is written from."""

import pytest

from constructs_lib import limits
from tests.conformance.batch_account import API, GUIDE, BatchAccount, resources, unique

UPDATING = f"{GUIDE}/updating-compute-environments.html"
TAGGING = f"{GUIDE}/using-tags.html"
CONSUMABLES = f"{GUIDE}/resource-aware-scheduling.html"


def test_an_environment_is_described_with_defaults(account: BatchAccount) -> None:
    arn = account.environment()
    [found] = account.batch.describe_compute_environments(computeEnvironments=[arn])["computeEnvironments"]
    page = f"{API}/API_ComputeEnvironmentDetail.html"
    assert (found["state"], found["status"], found["containerOrchestrationType"]) == ("ENABLED", "VALID", "ECS"), page
    assert found["serviceRole"].endswith("/AWSServiceRoleForBatch"), page
    assert found["ecsClusterArn"].startswith("arn:aws:ecs:"), page
    compute = found["computeResources"]
    assert (compute["minvCpus"], compute["desiredvCpus"], compute["maxvCpus"]) == (0, 0, 64), page
    assert (compute["allocationStrategy"], compute["instanceTypes"]) == ("BEST_FIT", ["optimal"]), page


def test_a_larger_environment_takes_waiting_jobs_at_once(account: BatchAccount) -> None:
    environment = account.environment(maxvCpus=0)
    job_id = account.submit(account.queue(environment), "true")
    assert account.describe(job_id)["status"] == "RUNNABLE"
    account.batch.update_compute_environment(computeEnvironment=environment, computeResources={"maxvCpus": 4})
    assert account.ended(job_id)["status"] == "SUCCEEDED", UPDATING


def test_a_maximum_below_what_is_wanted_lowers_that(account: BatchAccount) -> None:
    environment = account.environment(desiredvCpus=8)
    account.batch.update_compute_environment(computeEnvironment=environment, computeResources={"maxvCpus": 4})
    [found] = account.batch.describe_compute_environments(computeEnvironments=[environment])["computeEnvironments"]
    assert (found["computeResources"]["desiredvCpus"], found["computeResources"]["maxvCpus"]) == (4, 4), UPDATING


def test_a_queue_gets_other_environments(account: BatchAccount) -> None:
    queue, environment = account.queue(account.environment(maxvCpus=0)), account.environment()
    job_id = account.submit(queue, "true")
    order = [{"order": 1, "computeEnvironment": environment}]
    account.batch.update_job_queue(jobQueue=queue, computeEnvironmentOrder=order, priority=7)
    assert account.ended(job_id)["status"] == "SUCCEEDED", f"{API}/API_UpdateJobQueue.html"
    [found] = account.batch.describe_job_queues(jobQueues=[queue])["jobQueues"]
    assert (found["priority"], found["computeEnvironmentOrder"]) == (7, order)


def test_an_environment_can_be_deleted_when_no_queue_uses_it(account: BatchAccount) -> None:
    batch, environment, other = account.batch, account.environment(), account.environment()
    queue = account.queue(environment)
    order = [{"order": 1, "computeEnvironment": other}]
    batch.update_job_queue(jobQueue=queue, computeEnvironmentOrder=order)
    batch.update_compute_environment(computeEnvironment=environment, state="DISABLED")
    batch.delete_compute_environment(computeEnvironment=environment)
    found = batch.describe_compute_environments(computeEnvironments=[environment])["computeEnvironments"]
    assert found == [], f"{API}/API_DeleteComputeEnvironment.html"


def test_deleting_a_queue_terminates_its_jobs(account: BatchAccount) -> None:
    batch, queue = account.batch, account.queue()
    job_id = account.submit(queue, "sleep", "60")
    account.reach(job_id, "RUNNING")
    batch.update_job_queue(jobQueue=queue, state="DISABLED")
    batch.delete_job_queue(jobQueue=queue)
    assert account.ended(job_id)["status"] == "FAILED", f"{API}/API_DeleteJobQueue.html"
    assert batch.describe_job_queues(jobQueues=[queue])["jobQueues"] == []


def test_definitions_have_revisions_and_the_latest_active_one_is_used(account: BatchAccount) -> None:
    name, batch = unique("definition"), account.batch
    revisions = [account.definition("true", jobDefinitionName=name) for _ in range(3)]
    batch.deregister_job_definition(jobDefinition=revisions[2])
    queue = account.queue()
    page = f"{API}/API_SubmitJob.html"
    assert account.describe(account.submit(queue, definition=name))["jobDefinition"] == revisions[1], page
    assert account.describe(account.submit(queue, definition=f"{name}:1"))["jobDefinition"] == revisions[0], page
    without_revision = revisions[0].removesuffix(":1")
    assert account.describe(account.submit(queue, definition=without_revision))["jobDefinition"] == revisions[1], page
    found = batch.describe_job_definitions(jobDefinitionName=name)["jobDefinitions"]
    assert [(item["revision"], item["status"]) for item in found] == [(3, "INACTIVE"), (2, "ACTIVE"), (1, "ACTIVE")]
    assert account.definition("true", jobDefinitionName=name).endswith(":4")


def test_inactive_definitions_vanish_after_half_a_year(account: BatchAccount) -> None:
    arn, batch, engine = account.definition("true"), account.batch, account.aws.batch
    batch.deregister_job_definition(jobDefinition=arn)
    [definition] = [item for items in engine.registry.definitions.values() for item in items if item.arn == arn]
    assert definition.deregistered_at is not None
    for days, count in ((limits.INACTIVE_DEFINITION_DAYS - 1, 1), (limits.INACTIVE_DEFINITION_DAYS + 1, 0)):
        definition.deregistered_at = engine.clock.now() - days * 24 * 60 * 60
        found = batch.describe_job_definitions(jobDefinitions=[arn])["jobDefinitions"]
        assert len(found) == count, f"{API}/API_DeregisterJobDefinition.html"


def test_a_job_is_described_with_what_it_was_given(account: BatchAccount, full: str) -> None:
    definition = account.definition("run", "Ref::what", "Ref::how", parameters={"what": "one", "how": "fast"})
    job = account.describe(
        account.submit(
            full,
            definition=definition,
            parameters={"what": "two"},
            containerOverrides={
                "environment": [{"name": "STAGE", "value": "test"}],
                "resourceRequirements": [{"type": "VCPU", "value": "3"}],
            },
            retryStrategy={"attempts": 2},
            timeout={"attemptDurationSeconds": 90},
            tags={"team": "blue"},
            propagateTags=True,
        )
    )
    page = f"{API}/API_JobDetail.html"
    assert job["parameters"] == {"what": "two", "how": "fast"}, page
    assert job["container"]["command"] == ["run", "two", "fast"], page
    assert job["container"]["environment"] == [{"name": "STAGE", "value": "test"}], page
    assert {item["type"]: item["value"] for item in job["container"]["resourceRequirements"]} == {
        "VCPU": "3",
        "MEMORY": "4096",
    }, page
    assert (job["retryStrategy"], job["timeout"]) == (
        {"attempts": 2, "evaluateOnExit": []},
        {"attemptDurationSeconds": 90},
    ), page
    assert (job["tags"], job["propagateTags"], job["platformCapabilities"]) == ({"team": "blue"}, True, ["EC2"]), page
    assert (job["dependsOn"], job["isCancelled"], job["isTerminated"]) == ([], False, False), page
    assert job["jobQueue"] == full


def test_older_members_are_resource_requirements(account: BatchAccount, full: str) -> None:
    definition = account.definition("true", container={"vcpus": 1, "memory": 128, "resourceRequirements": []})
    job = account.describe(account.submit(full, definition=definition, containerOverrides={"memory": 256}))
    stated = {item["type"]: item["value"] for item in job["container"]["resourceRequirements"]}
    assert stated == {"VCPU": "1", "MEMORY": "256"}, f"{API}/API_ContainerOverrides.html"


def test_everything_that_has_tags_can_be_tagged(account: BatchAccount, full: str) -> None:
    batch = account.batch
    consumable = batch.create_consumable_resource(consumableResourceName=unique("resource"))["consumableResourceArn"]
    job = account.describe(account.submit(full, "true", tags={"old": "1"}))["jobArn"]
    for arn in (account.environment(), full, account.definition("true"), account.policy(), consumable, job):
        batch.tag_resource(resourceArn=arn, tags={"team": "blue", "stage": "test"})
        batch.untag_resource(resourceArn=arn, tagKeys=["stage", "old", "none"])
        assert batch.list_tags_for_resource(resourceArn=arn)["tags"] == {"team": "blue"}, TAGGING


def test_policies_are_made_updated_listed_and_deleted(account: BatchAccount) -> None:
    batch = account.batch
    arn = account.policy(shareDecaySeconds=60, shareDistribution=[{"shareIdentifier": "blue*", "weightFactor": 0.5}])
    batch.update_scheduling_policy(arn=arn, fairsharePolicy={"computeReservation": 10})
    [found] = batch.describe_scheduling_policies(arns=[arn, "arn:none"])["schedulingPolicies"]
    assert found["fairsharePolicy"] == {"computeReservation": 10}, f"{API}/API_UpdateSchedulingPolicy.html"
    assert {"arn": arn} in batch.list_scheduling_policies()["schedulingPolicies"]
    batch.delete_scheduling_policy(arn=arn)
    assert batch.describe_scheduling_policies(arns=[arn])["schedulingPolicies"] == []


@pytest.mark.parametrize(("operation", "total"), [("SET", 3), ("ADD", 13), ("REMOVE", 7)])
def test_the_quantity_of_a_consumable_resource_is_updated_once_per_token(
    account: BatchAccount,
    operation: str,
    total: int,
) -> None:
    batch, name = account.batch, unique("licenses")
    batch.create_consumable_resource(consumableResourceName=name, totalQuantity=10)
    for _ in range(2):
        update = batch.update_consumable_resource(
            consumableResource=name,
            operation=operation,
            quantity=3,
            clientToken="same",
        )
        assert update["totalQuantity"] == total, f"{API}/API_UpdateConsumableResource.html"
    found = batch.describe_consumable_resource(consumableResource=name)
    assert (found["totalQuantity"], found["availableQuantity"], found["inUseQuantity"]) == (total, total, 0)
    [listed_] = batch.list_consumable_resources(
        filters=[{"name": "CONSUMABLE_RESOURCE_NAME", "values": [f"{name}*"]}],
    )["consumableResources"]
    assert (listed_["consumableResourceName"], listed_["resourceType"]) == (name, "REPLENISHABLE")
    batch.delete_consumable_resource(consumableResource=name)
    assert (
        batch.list_consumable_resources(
            filters=[{"name": "CONSUMABLE_RESOURCE_NAME", "values": [name]}],
        )["consumableResources"]
        == []
    )


def test_jobs_are_found_by_what_they_consume(account: BatchAccount, full: str) -> None:
    name = unique("licenses")
    arn = account.batch.create_consumable_resource(consumableResourceName=name, totalQuantity=10)[
        "consumableResourceArn"
    ]
    stated = {"consumableResourceList": [{"consumableResource": name, "quantity": 2}]}
    job_id = account.submit(full, definition=account.definition("true", consumableResourceProperties=stated))
    [found] = account.batch.list_jobs_by_consumable_resource(consumableResource=name)["jobs"]
    assert found["jobArn"].endswith(job_id), CONSUMABLES
    assert (found["quantity"], found["jobStatus"], found["jobQueueArn"]) == (2, "RUNNABLE", full)
    assert account.describe(job_id)["consumableResourceProperties"] == {
        "consumableResourceList": [{"consumableResource": arn, "quantity": 2}],
    }


def test_a_task_of_one_container_runs(account: BatchAccount, queue: str) -> None:
    container = {
        "name": "main",
        "image": "none",
        "command": ["sh", "-c", "exit $CODE"],
        "resourceRequirements": resources(),
    }
    definition = account.definition(ecsProperties={"taskProperties": [{"containers": [container]}]})
    override = {"name": "main", "environment": [{"name": "CODE", "value": "5"}]}
    job = account.ended(
        account.submit(
            queue,
            definition=definition,
            ecsPropertiesOverride={"taskProperties": [{"containers": [override]}]},
        )
    )
    page = f"{API}/API_EcsPropertiesDetail.html"
    [task] = job["ecsProperties"]["taskProperties"]
    assert [(item["name"], item["exitCode"]) for item in task["containers"]] == [("main", 5)], page
    [attempt] = job["attempts"]
    assert attempt["taskProperties"][0]["containers"][0]["exitCode"] == 5, f"{API}/API_AttemptDetail.html"
    assert "container" not in job, page
