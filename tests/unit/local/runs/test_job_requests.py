"""The request for a job that is asked for by name: its definition, its queue, and overrides for its kind."""

from typing import Any

import pytest

from constructs_lib.local.apps.deployment import Deployment
from constructs_lib.local.runs.job_requests import JobRequest, request_of

ARN = "arn:aws:batch:us-east-1:123456789012"
CONTAINERS = {"taskProperties": [{"containers": [{"name": "main"}, {"name": "side"}]}]}
DEFINITIONS = [
    {"jobDefinitionName": "render", "revision": 9, "type": "container", "containerProperties": {}},
    {"jobDefinitionName": "render", "revision": 10, "type": "container", "containerProperties": {}},
    {"jobDefinitionName": "parts", "revision": 1, "type": "container", "ecsProperties": CONTAINERS},
    {"jobDefinitionName": "nodes", "revision": 1, "type": "multinode", "nodeProperties": {}},
]
for definition in DEFINITIONS:
    definition["jobDefinitionArn"] = f"{ARN}:job-definition/{definition['jobDefinitionName']}:{definition['revision']}"


class Batch:
    """Describes what the account has."""

    def __init__(self, *queues: str) -> None:
        self._queues = queues

    def __call__(self, _: str) -> "Batch":
        return self

    def get_paginator(self, operation: str) -> Any:
        return _Pages(self._queues if operation == "describe_job_queues" else None)


class _Pages:
    def __init__(self, queues: tuple[str, ...] | None) -> None:
        self._names = queues

    def paginate(self, **given: Any) -> Any:
        if self._names is not None:
            yield {"jobQueues": [{"jobQueueName": name} for name in self._names]}
        else:
            asked = {given.get("jobDefinitionName"), *given.get("jobDefinitions", [])}
            yield {"jobDefinitions": [item for item in DEFINITIONS if asked & _names(item)]}


def _names(definition: dict[str, Any]) -> set[str]:
    name, arn = definition["jobDefinitionName"], definition["jobDefinitionArn"]
    return {arn, arn.rpartition("/")[2], name}


def stack(*queues: str) -> Deployment:
    definitions = {
        f"{item['jobDefinitionName'].title()}1234ABCD": ("AWS::Batch::JobDefinition", item["jobDefinitionArn"])
        for item in DEFINITIONS
    }
    found = {name: ("AWS::Batch::JobQueue", f"{ARN}:job-queue/{name.lower()}") for name in queues}
    return Deployment("Jobs", {}, {**definitions, **found}, (), {"Render1234ABCD": "Jobs/Tools/Render/Resource"})


def test_a_job_of_one_container_and_one_queue() -> None:
    wanted = JobRequest("Ren", array=3, environment={"A": "1"}, parameters={"size": "l"}, share="team")
    assert request_of(wanted, Batch(), [stack("Bulk")]) == {
        "jobName": "Render",
        "jobDefinition": f"{ARN}:job-definition/render:10",
        "jobQueue": f"{ARN}:job-queue/bulk",
        "containerOverrides": {"environment": [{"name": "A", "value": "1"}]},
        "arrayProperties": {"size": 3},
        "parameters": {"size": "l"},
        "shareIdentifier": "team",
    }


@pytest.mark.parametrize(
    ("job", "overrides"),
    [
        (
            "Parts",
            {
                "ecsPropertiesOverride": {
                    "taskProperties": [
                        {
                            "containers": [
                                {"name": "main", "environment": [{"name": "A", "value": "1"}]},
                                {"name": "side", "environment": [{"name": "A", "value": "1"}]},
                            ]
                        }
                    ]
                }
            },
        ),
        (
            "Nodes",
            {
                "nodeOverrides": {
                    "nodePropertyOverrides": [
                        {
                            "targetNodes": "0:",
                            "containerOverrides": {"environment": [{"name": "A", "value": "1"}]},
                        }
                    ]
                }
            },
        ),
    ],
)
def test_every_container_of_a_job_gets_the_variables(job: str, overrides: dict[str, Any]) -> None:
    request = request_of(JobRequest(job, environment={"A": "1"}), Batch(), [stack("Bulk")])
    assert {name: value for name, value in request.items() if not name.startswith("job")} == overrides
    assert "Overrides" not in str(request_of(JobRequest(job), Batch(), [stack("Bulk")]))


def test_the_newest_revision_of_a_definition_that_no_stack_has_is_found_by_its_name() -> None:
    other = Deployment("Other", {}, {"Bulk": ("AWS::Batch::JobQueue", "bulk")}, ())
    assert request_of(JobRequest("render"), Batch(), [other])["jobDefinition"].endswith("render:10")
    assert request_of(JobRequest("render:9"), Batch(), [stack("Bulk")])["jobDefinition"].endswith("render:9")


def test_the_queue_is_that_of_the_stack_or_of_one_that_it_depends_on_or_the_only_one() -> None:
    assert request_of(JobRequest("Parts"), Batch(), [stack("Base"), stack()])["jobQueue"].endswith("/base")
    assert request_of(JobRequest("Parts"), Batch("only"), [stack()])["jobQueue"] == "only"
    assert request_of(JobRequest("Parts", queue="Fast"), Batch(), [stack("Bulk", "Fast")])["jobQueue"].endswith("/fast")
    assert request_of(JobRequest("Parts", queue="theirs"), Batch("theirs"), [stack("Bulk")])["jobQueue"] == "theirs"


@pytest.mark.parametrize(
    ("wanted", "batch", "queues", "message"),
    [
        (JobRequest("Rendre"), Batch(), ["Bulk"], "stack Jobs has no job definition 'Rendre', it has: .* Did you mean"),
        (
            JobRequest("Parts"),
            Batch(),
            ["Bulk", "Fast"],
            "several job queues, name one with queue .*: Bulk, Fast",
        ),
        (JobRequest("Parts"), Batch("a", "b"), [], r"has no job queue, name one with queue \(--queue\): a, b"),
        (JobRequest("Parts"), Batch(), [], "has no job queue, and nothing else has one"),
        (JobRequest("Parts", queue="x"), Batch("a"), ["Bulk"], "no job queue is called 'x', there are: a"),
    ],
)
def test_what_is_not_clear_is_told(wanted: JobRequest, batch: Batch, queues: list[str], message: str) -> None:
    with pytest.raises(LookupError, match=message):
        request_of(wanted, batch, [stack(*queues)])
