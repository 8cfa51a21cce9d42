"""Multi-node parallel jobs; each case cites the page that it is written from."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.conformance.batch_account import API, GUIDE, BatchAccount, resources, unique
from tests.waiting import until

PAGE = f"{GUIDE}/multi-node-parallel-jobs.html"
VARIABLES = f"{GUIDE}/mnp-env-vars.html"
NODES = f"{API}/API_NodeProperties.html"
ENVIRONMENTS = f"{GUIDE}/mnp-ce.html"


def container(script: str, **members: Any) -> dict[str, Any]:
    return {"image": "none", "command": ["sh", "-c", script], "resourceRequirements": resources(), **members}


def node_range(targets: str, script: str = "true", **members: Any) -> dict[str, Any]:
    return {"targetNodes": targets, "container": container(script, **members)}


def register(account: BatchAccount, *ranges: dict[str, Any], nodes: int, main: int = 0, **members: Any) -> str:
    properties = {"numNodes": nodes, "mainNode": main, "nodeRangeProperties": list(ranges)}
    request = {"jobDefinitionName": unique("nodes"), "type": "multinode", "nodeProperties": properties, **members}
    return str(account.batch.register_job_definition(**request)["jobDefinitionArn"])


def nodes_of(account: BatchAccount, job_id: str, count: int) -> list[dict[str, Any]]:
    described: list[dict[str, Any]] = account.batch.describe_jobs(jobs=[f"{job_id}#{n}" for n in range(count)])["jobs"]
    return described


def test_nodes_know_where_they_are(account: BatchAccount, queue: str) -> None:
    seen = "$AWS_BATCH_JOB_NODE_INDEX $AWS_BATCH_JOB_NUM_NODES $AWS_BATCH_JOB_MAIN_NODE_INDEX"
    main = "$AWS_BATCH_JOB_MAIN_NODE_PRIVATE_IPV4_ADDRESS $AWS_BATCH_JOB_ID"
    definition = register(
        account,
        node_range("0:", f'test "{seen} {main}" = "0 3 1 127.0.0.1 ${{AWS_BATCH_JOB_ID%#*}}#0"'),
        node_range("1", f'sleep 0.5; test "{seen} {main}" = "1 3 1  ${{AWS_BATCH_JOB_ID%#*}}#1"'),
        node_range("2:", f'test "{seen} {main}" = "2 3 1 127.0.0.1 ${{AWS_BATCH_JOB_ID%#*}}#2"'),
        nodes=3,
        main=1,
    )
    job_id = account.submit(queue, definition=definition)
    assert account.ended(job_id)["status"] == "SUCCEEDED", VARIABLES
    nodes = nodes_of(account, job_id, 3)
    assert [node["nodeDetails"]["isMainNode"] for node in nodes] == [False, True, False], f"{API}/API_NodeDetails.html"
    assert [node["container"]["exitCode"] for node in nodes] == [0, 0, 0]


def test_the_main_node_ends_the_job(account: BatchAccount, queue: str) -> None:
    definition = register(account, node_range("0", "exit 5"), node_range("1:2", "exec sleep 60"), nodes=3)
    job_id = account.submit(queue, definition=definition)
    job = account.ended(job_id)
    assert (job["status"], job["attempts"][0]["container"]["exitCode"]) == ("FAILED", 5), PAGE
    assert "container" not in job, f"{API}/API_JobDetail.html"
    assert job["nodeProperties"]["numNodes"] == 3, f"{API}/API_JobDetail.html"


def test_a_failed_child_node_leaves_the_job_to_the_main_node(account: BatchAccount, queue: str) -> None:
    definition = register(account, node_range("0", "sleep 0.3"), node_range("1", "exit 3"), nodes=2)
    job_id = account.submit(queue, definition=definition)
    assert account.ended(job_id)["status"] == "SUCCEEDED", PAGE
    assert [node["status"] for node in nodes_of(account, job_id, 2)] == ["SUCCEEDED", "FAILED"], PAGE


def test_parameters_are_filled_in_on_every_node(account: BatchAccount, queue: str) -> None:
    nodes = node_range("0:", command=["test", "Ref::mesh", "=", "b"])
    definition = register(account, nodes, nodes=2, parameters={"mesh": "a"})
    job_id = account.submit(queue, definition=definition, parameters={"mesh": "b"})
    assert account.ended(job_id)["status"] == "SUCCEEDED", f"{API}/API_SubmitJob.html"


def test_all_nodes_start_or_none(account: BatchAccount) -> None:
    """Each node has an instance of its own, with 2 vCPUs the smallest."""
    environment = account.environment(maxvCpus=4, instanceTypes=["m5.large"])
    queue = account.queue(environment)
    job_id = account.submit(queue, definition=register(account, node_range("0:"), nodes=3))
    assert account.describe(job_id)["status"] == "RUNNABLE", PAGE
    other = account.submit(account.queue(environment), "true")
    assert account.ended(other)["status"] == "SUCCEEDED", PAGE
    account.batch.update_compute_environment(computeEnvironment=environment, computeResources={"maxvCpus": 6})
    assert account.ended(job_id)["status"] == "SUCCEEDED", PAGE
    assert account.ended(account.submit(queue, "true"))["status"] == "SUCCEEDED"


def test_nodes_are_listed(account: BatchAccount, queue: str) -> None:
    definition = register(account, node_range("0:", "exec sleep 60"), nodes=2)
    job_id = account.submit(queue, definition=definition)

    def running() -> list[dict[str, Any]]:
        return list(account.batch.list_jobs(multiNodeJobId=job_id, jobStatus="RUNNING")["jobSummaryList"])

    until(lambda: len(running()) == 2)
    listed = running()
    assert [item["jobId"] for item in listed] == [f"{job_id}#0", f"{job_id}#1"], f"{API}/API_ListJobs.html"
    account.batch.terminate_job(jobId=job_id, reason="enough")
    assert account.ended(job_id)["statusReason"] == "enough", PAGE
    assert [node["container"]["exitCode"] for node in nodes_of(account, job_id, 2)] == [143, 143], PAGE


@pytest.mark.parametrize(
    ("page", "given", "message"),
    [
        (NODES, {"nodes": 2, "main": 2}, "mainNode must be less than numNodes 2, got 2"),
        (NODES, {"nodes": 0}, "numNodes must be between 1 and 1000, got 0"),
        (NODES, {"nodes": 3}, "nodeRangeProperties must have all nodes, node 2 is missing"),
    ],
)
def test_definitions_that_are_refused(account: BatchAccount, page: str, given: dict[str, Any], message: str) -> None:
    with pytest.raises(ClientError, match=message) as caught:
        register(account, node_range("0:1"), **given)
    assert caught.value.response["Error"]["Code"] == "ClientException", page


def test_a_definition_without_nodes(account: BatchAccount) -> None:
    with pytest.raises(ClientError, match="nodeProperties must be provided"):
        account.batch.register_job_definition(jobDefinitionName=unique("nodes"), type="multinode")


@pytest.mark.parametrize("targets", ["a:b", "1-2", ""])
def test_targets_that_are_none(account: BatchAccount, targets: str) -> None:
    with pytest.raises(ClientError, match=r"targetNodes|nodeRangeProperties"):
        register(account, node_range(targets), nodes=3)


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"arrayProperties": {"size": 2}}, "Multinode Array Job not supported"),
        ({"containerOverrides": {"command": ["x"]}}, "containerOverrides is not applicable"),
        ({"nodeOverrides": {"numNodes": 2}}, "nodeOverrides is not emulated"),
    ],
)
def test_submissions_that_are_refused(
    account: BatchAccount, queue: str, request_: dict[str, Any], message: str
) -> None:
    with pytest.raises(ClientError, match=message):
        account.submit(queue, definition=register(account, node_range("0:"), nodes=2), **request_)


def test_no_spot(account: BatchAccount) -> None:
    definition = register(account, node_range("0:"), nodes=2)
    with pytest.raises(ClientError, match="aren't supported on compute environments that use Spot"):
        account.submit(account.queue(account.environment("SPOT")), definition=definition)
    with pytest.raises(ClientError, match="can not run Jobs with capability EC2"):
        account.submit(account.queue(account.environment("FARGATE")), definition=definition)


def test_nodes_that_never_fit_block_the_queue_with_a_reason(account: BatchAccount) -> None:
    small = account.queue(account.environment(maxvCpus=4, instanceTypes=["m5.large"]))
    job_id = account.submit(small, definition=register(account, node_range("0:"), nodes=3))
    assert account.describe(job_id)["statusReason"].startswith("MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE")
    account.batch.terminate_job(jobId=job_id, reason="enough")
    large = container("true", resourceRequirements=resources("64", "4096"))
    definition = register(account, {"targetNodes": "0:", "container": large}, nodes=2)
    job_id = account.submit(small, definition=definition)
    assert account.describe(job_id)["statusReason"].startswith("MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT")
    account.batch.terminate_job(jobId=job_id, reason="enough")
