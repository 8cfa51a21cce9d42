"""The tasks of Amazon ECS that AWS Batch runs jobs as; each case cites the page that it is written from."""

import json
from typing import Any

import pytest

from tests.conformance.batch_account import API, EXECUTION_ROLE, GUIDE, BatchAccount, resources

DETAIL = f"{API}/API_ContainerDetail.html"
ATTEMPT = f"{API}/API_AttemptContainerDetail.html"
TASK = f"{API}/API_EcsTaskDetails.html"
LOGS = f"{GUIDE}/using_awslogs.html"
ECS = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide"
READ = """
import json, os, sys, urllib.error, urllib.request
def read(url):
    try:
        with urllib.request.urlopen(url) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code
four, three = os.environ["ECS_CONTAINER_METADATA_URI_V4"], os.environ["ECS_CONTAINER_METADATA_URI"]
paths = {"four": four, "three": three, "task": four + "/task", "task of three": three + "/task"}
paths |= {"stats": four + "/stats", "stats of task": four + "/task/stats", "other": four + "/credentials"}
found = {name: read(url) for name, url in paths.items()}
print(json.dumps(found | {"url": four, "as": os.environ["AWS_EXECUTION_ENV"]}))
"""


def cluster(account: BatchAccount, environment: str) -> str:
    [described] = account.batch.describe_compute_environments(computeEnvironments=[environment])["computeEnvironments"]
    return str(described["ecsClusterArn"])


def read(account: BatchAccount, job: dict[str, Any], stream: str | None = None) -> dict[str, Any]:
    """What a job has read, which is all that it writes."""
    name = stream or job["container"]["logStreamName"]
    events = account.aws.client("logs").get_log_events(logGroupName="/aws/batch/job", logStreamName=name)["events"]
    assert job["status"] == "SUCCEEDED", events
    found: dict[str, Any] = json.loads("".join(event["message"] for event in events))
    return found


def fargate(account: BatchAccount, environment: str, *command: str) -> dict[str, Any]:
    container = {
        "image": "none",
        "command": list(command),
        "resourceRequirements": resources("0.5", "1024"),
        "executionRoleArn": EXECUTION_ROLE,
    }
    definition = account.definition(container=container, platformCapabilities=["FARGATE"])
    return account.ended(account.submit(account.queue(environment), definition=definition))


def test_each_attempt_is_a_task_of_its_environments_cluster(account: BatchAccount) -> None:
    environment = account.environment(instanceTypes=["m7i.large"])
    retry = {"attempts": 2}
    job = account.ended(account.submit(account.queue(environment), "sh", "-c", "exit 1", retryStrategy=retry))
    first, second = (attempt["container"] for attempt in job["attempts"])
    tasks = f"{cluster(account, environment).replace(':cluster/', ':task/')}/"
    assert first["taskArn"].startswith(tasks), ATTEMPT
    assert first["taskArn"] != second["taskArn"] == job["container"]["taskArn"], DETAIL
    assert second["taskArn"].rpartition("/")[2] == second["logStreamName"].rpartition("/")[2], LOGS
    instances = f"{cluster(account, environment).replace(':cluster/', ':container-instance/')}/"
    assert second["containerInstanceArn"].startswith(instances), ATTEMPT
    assert job["container"]["containerInstanceArn"] == second["containerInstanceArn"], DETAIL


def test_jobs_that_share_an_instance_say_so_and_others_do_not(account: BatchAccount) -> None:
    """Four vCPUs of two m7i.xlarge hold two jobs each."""
    queue = account.queue(account.environment(instanceTypes=["m7i.xlarge"], maxvCpus=8))
    ids = [account.submit(queue, "sleep", "0.5") for _ in range(4)]
    found = [account.ended(job_id)["container"]["containerInstanceArn"] for job_id in ids]
    assert (found[0], found[2]) == (found[1], found[3]), ATTEMPT
    assert found[0] != found[2], ATTEMPT


def test_a_job_on_fargate_has_a_task_and_no_instance(account: BatchAccount) -> None:
    environment = account.environment("FARGATE")
    job = fargate(account, environment, "true")
    assert job["status"] == "SUCCEEDED"
    assert job["container"]["taskArn"].startswith(cluster(account, environment).replace(":cluster/", ":task/"))
    assert "containerInstanceArn" not in job["container"], ATTEMPT


def test_a_job_that_waits_has_no_task_yet(account: BatchAccount, full: str) -> None:
    assert "taskArn" not in account.describe(account.submit(full, "true"))["container"], DETAIL


def test_the_containers_of_a_job_are_one_task_and_nodes_one_each(account: BatchAccount, queue: str) -> None:
    two = [
        {"name": name, "image": "none", "command": ["true"], "resourceRequirements": resources()} for name in ("a", "b")
    ]
    definition = account.definition(ecsProperties={"taskProperties": [{"containers": two}]})
    job = account.ended(account.submit(queue, definition=definition))
    [task] = job["ecsProperties"]["taskProperties"]
    [attempted] = job["attempts"][0]["taskProperties"]
    assert task["taskArn"] == attempted["taskArn"], TASK
    assert task["containerInstanceArn"] == attempted["containerInstanceArn"], TASK
    assert not {"taskArn", "containerInstanceArn"} & task["containers"][0].keys(), (
        f"{API}/API_TaskContainerDetails.html"
    )
    container = {"image": "none", "command": ["true"], "resourceRequirements": resources()}
    nodes = {"numNodes": 2, "mainNode": 0, "nodeRangeProperties": [{"targetNodes": "0:", "container": container}]}
    request = {"jobDefinitionName": "nodes-of-tasks", "type": "multinode", "nodeProperties": nodes}
    arn = account.batch.register_job_definition(**request)["jobDefinitionArn"]
    job_id = account.submit(queue, definition=arn)
    account.ended(job_id)
    both = account.batch.describe_jobs(jobs=[f"{job_id}#0", f"{job_id}#1"])["jobs"]
    for member in ("taskArn", "containerInstanceArn"):
        assert len({node["container"][member] for node in both}) == 2, member


def test_a_container_reads_about_itself_and_its_task(account: BatchAccount) -> None:
    environment = account.environment(instanceTypes=["m7i.large"])
    job = account.ended(account.submit(account.queue(environment), "python3", "-c", READ))
    found, page = read(account, job), f"{ECS}/task-metadata-endpoint-v4-response.html"
    own, task = found["four"], found["task"]
    assert found["as"] == "AWS_ECS_EC2", f"{ECS}/ec2-metadata.html"
    assert (own["Name"], own["Image"], own["Type"]) == ("default", "none", "NORMAL"), page
    assert own["Limits"] == {"CPU": 2048, "Memory": 4096}, page
    assert own["LogDriver"] == "awslogs", page
    stream = job["container"]["logStreamName"]
    options = {"awslogs-group": "/aws/batch/job", "awslogs-region": "us-east-1", "awslogs-stream": stream}
    assert own["LogOptions"] == options, page
    assert own["Labels"]["com.amazonaws.ecs.task-arn"] == job["container"]["taskArn"], page
    assert own["Labels"]["com.amazonaws.ecs.cluster"] == task["Cluster"] == cluster(account, environment), page
    assert (task["TaskARN"], task["LaunchType"]) == (job["container"]["taskArn"], "EC2"), page
    name, _, revision = job["jobDefinition"].rpartition("/")[2].partition(":")
    assert (task["Family"], task["Revision"], task["Limits"]) == (name, revision, {"CPU": 2.0, "Memory": 4096}), page
    assert [each["DockerId"] for each in task["Containers"]] == [own["DockerId"]], page
    assert (found["stats"]["id"], found["stats"]["memory_stats"]["limit"]) == (own["DockerId"], 4096 * 2**20), page
    assert list(found["stats of task"]) == [own["DockerId"]], page
    assert found["other"] == 404
    assert "LogDriver" not in found["three"], f"{ECS}/task-metadata-endpoint-v3-response.html"
    assert found["three"]["DockerId"] == found["task of three"]["Containers"][0]["DockerId"] == own["DockerId"]


def test_on_fargate_it_says_so(account: BatchAccount) -> None:
    found = read(account, fargate(account, account.environment("FARGATE"), "python3", "-c", READ))
    assert (found["as"], found["task"]["LaunchType"]) == ("AWS_ECS_FARGATE", "FARGATE"), f"{ECS}/fargate-metadata.html"
    assert found["four"]["Limits"] == {"CPU": 512, "Memory": 1024}


def test_the_containers_of_a_task_see_each_other_and_those_of_others_nothing(account: BatchAccount, queue: str) -> None:
    def container(name: str, *command: str, **members: Any) -> dict[str, Any]:
        own = {"name": name, "image": "none", "resourceRequirements": resources(), **members}
        return {**own, "command": list(command)}

    started = {"dependsOn": [{"containerName": "beside", "condition": "START"}]}
    both = [container("main", "python3", "-c", READ, **started), container("beside", "sleep", "9", essential=False)]
    definition = account.definition(ecsProperties={"taskProperties": [{"containers": both}]})
    job = account.ended(account.submit(queue, definition=definition))
    [task] = job["ecsProperties"]["taskProperties"]
    found = read(account, job, task["containers"][0]["logStreamName"])
    assert {each["Name"] for each in found["task"]["Containers"]} == {"main", "beside"}
    assert found["task"]["TaskARN"] == task["taskArn"]
    assert len(found["stats of task"]) == 2


def test_what_has_ended_is_not_described_any_more(account: BatchAccount, queue: str) -> None:
    job = account.ended(account.submit(queue, "python3", "-c", READ))
    again = account.ended(
        account.submit(
            queue,
            "python3",
            "-c",
            READ.replace(
                'four, three = os.environ["ECS_CONTAINER_METADATA_URI_V4"]',
                f"four, three = {read(account, job)['url']!r}",
            ),
        )
    )
    assert read(account, again)["four"] == 404


@pytest.mark.parametrize("key", ["v4/key", "v3/" + "k" * 43])
def test_keys_of_buckets_that_look_like_its_paths_are_keys(account: BatchAccount, key: str) -> None:
    s3 = account.aws.client("s3")
    s3.create_bucket(Bucket="v4-keys")
    s3.put_object(Bucket="v4-keys", Key=key, Body=b"text")
    assert s3.get_object(Bucket="v4-keys", Key=key)["Body"].read() == b"text"
