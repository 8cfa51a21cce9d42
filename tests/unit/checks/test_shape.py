"""What has to be told of shapes beyond the example of each rule: other places, the edges, and what nobody knows."""

import json
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.checks.checking import find
from constructs_lib.checks.model.files import read_template
from constructs_lib.limits import (
    MAX_CONTAINER_OVERRIDES_CHARACTERS,
    MAX_DEPENDENCIES,
    MAX_JOB_DEFINITION_BYTES,
    MAX_TAGS,
    STEP_FUNCTIONS_PAYLOAD_BYTES,
)

SYNC = "arn:aws:states:::batch:submitJob.sync"
JOB = {"JobName": "run", "JobQueue": "charts", "JobDefinition": {"Ref": "Job"}}
COUNT = "{% $count($states.input.items) %}"


def ids(folder: Path, **resources: Any) -> set[str]:
    """The rules about shapes that find something in some resources, beside a plain definition."""
    container = {"Image": "busybox", "ResourceRequirements": [{"Type": "VCPU", "Value": "1"}]}
    own = {"Job": definition(ContainerProperties=container)}
    parameters = {"Unknown": {"Type": "String"}}
    path = folder / "template.json"
    conditions = {"Unclear": {"Fn::Equals": [{"Ref": "Unknown"}, "yes"]}}
    path.write_text(json.dumps({"Parameters": parameters, "Conditions": conditions, "Resources": {**own, **resources}}))
    return {finding.rule.id for finding in find([read_template(path)]) if finding.rule.id.startswith("CHECK2")}


def definition(**properties: Any) -> dict[str, Any]:
    timeout = {"AttemptDurationSeconds": 3600}
    given = {"Type": "container", "Timeout": timeout, **properties}
    return {"Type": "AWS::Batch::JobDefinition", "Properties": given}


def machine(states: dict[str, Any], **fields: Any) -> dict[str, Any]:
    flow = {"StartAt": next(iter(states)), "States": states, **fields}
    return {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"RoleArn": "arn", "Definition": flow}}


def submit(following: str = "", **given: Any) -> dict[str, Any]:
    """A state of JSONPath that submits a job."""
    way: dict[str, Any] = {"Next": following} if following else {"End": True}
    return {"Type": "Task", "Resource": SYNC, "Parameters": {**JOB, **given}, **way}


def jsonata(**given: Any) -> dict[str, Any]:
    """A state of JSONata that submits a job."""
    return {"Type": "Task", "QueryLanguage": "JSONata", "Resource": SYNC, "Arguments": {**JOB, **given}, "End": True}


def each(task: dict[str, Any], mode: str = "INLINE", **fields: Any) -> dict[str, Any]:
    """A Map state of JSONata over jobs."""
    processor = {"ProcessorConfig": {"Mode": mode}, "StartAt": "Run", "States": {"Run": task}}
    return {"Type": "Map", "QueryLanguage": "JSONata", "ItemProcessor": processor, "End": True, **fields}


def variable(characters: int) -> dict[str, Any]:
    return {"Environment": [{"Name": "ITEMS", "Value": "x" * characters}]}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"ContainerOverrides": variable(MAX_CONTAINER_OVERRIDES_CHARACTERS - 100)}, set()),
        ({"ContainerOverrides": variable(MAX_CONTAINER_OVERRIDES_CHARACTERS)}, {"CHECK212"}),
        ({"ContainerOverrides": {"Command": ["echo"] * 2000}}, {"CHECK212"}),
        ({"ContainerOverrides": {"Command": [{"Ref": "Unknown"}] * 2000}}, set()),
        ({"Parameters": {"unused": "x" * 9000}}, set()),
        ({"DependsOn": [{"JobId": str(number)} for number in range(MAX_DEPENDENCIES)]}, set()),
        ({"DependsOn": [{"JobId": str(number)} for number in range(MAX_DEPENDENCIES + 1)]}, {"CHECK218"}),
        ({"DependsOn": [{"Type": "SEQUENTIAL"}], "ArrayProperties": {"Size": 3}}, set()),
        ({"DependsOn": [{"Type": "SEQUENTIAL"}]}, {"CHECK218"}),
        ({"DependsOn": [{"Type": "N_TO_N"}], "ArrayProperties": {"Size": 3}}, {"CHECK218"}),
        ({"DependsOn.$": "$.jobs"}, set()),
        ({"Tags": {str(number): "x" for number in range(MAX_TAGS)}}, set()),
        ({"Tags": {str(number): "x" for number in range(MAX_TAGS + 1)}}, {"CHECK220"}),
        ({"Tags": {"AWS:cost": "x"}}, {"CHECK220"}),
        ({"Tags": {"cost": "x" * 257}}, {"CHECK220"}),
        ({"RetryStrategy": {"Attempts": 11}}, {"CHECK204"}),
        ({"Timeout": {"AttemptDurationSeconds": 59}}, {"CHECK205"}),
        ({"RetryStrategy": {"EvaluateOnExit": [{"Action": "EXIT", "OnExitCode": "1"}]}}, {"CHECK229"}),
        ({"RetryStrategy": {"Attempts": 2, "EvaluateOnExit": [{"Action": "EXIT", "OnExitCode": "one"}]}}, {"CHECK229"}),
        ({"RetryStrategy": {"Attempts": 2, "EvaluateOnExit": [{"Action": "EXIT", "OnExitCode": "13*"}]}}, set()),
        ({"JobName": "x" * 129}, {"CHECK230"}),
        (
            {"EcsPropertiesOverride": {"TaskProperties": [{"Containers": [variable(5000)] * 2}]}},
            {"CHECK212", "CHECK227"},
        ),
        ({"NodeOverrides": {"NodePropertyOverrides": [{"ContainerOverrides": variable(5000)}] * 2}}, {"CHECK227"}),
        ({"NodeOverrides": {"NumNodes": 2}}, {"CHECK227"}),
    ],
)
def test_a_submit_is_judged_by_what_it_says(tmp_path: Path, given: dict[str, Any], expected: set[str]) -> None:
    assert ids(tmp_path, Machine=machine({"Run": submit(**given)})) == expected


def test_parameters_of_a_command_are_a_part_of_the_overrides(tmp_path: Path) -> None:
    job = definition(ContainerProperties={"Image": "busybox", "Command": ["draw", "Ref::items"]})
    for length, expected in ((8000, set()), (8200, {"CHECK212"})):
        state = submit(Parameters={"items": "x" * length})
        assert ids(tmp_path, Job=job, Machine=machine({"Run": state})) == expected


@pytest.mark.parametrize("kind", ["rule", "pipe", "schedule"])
def test_who_submits_without_a_state_machine_is_judged_as_well(tmp_path: Path, kind: str) -> None:
    parameters = {"JobName": "run", "JobDefinition": "charts", "RetryStrategy": {"Attempts": 11}}
    request = json.dumps({**parameters, "JobQueue": "charts"})
    resource = {
        "rule": ("Events::Rule", {"Targets": [{"Id": "Job", "Arn": "queue", "BatchParameters": parameters}]}),
        "pipe": ("Pipes::Pipe", {"Target": "queue", "TargetParameters": {"BatchJobParameters": parameters}}),
        "schedule": (
            "Scheduler::Schedule",
            {"Target": {"Arn": "arn:aws:scheduler:::aws-sdk:batch:submitJob", "Input": request}},
        ),
    }[kind]
    assert ids(tmp_path, Nightly={"Type": f"AWS::{resource[0]}", "Properties": resource[1]}) == {"CHECK204"}


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"Timeout": {"AttemptDurationSeconds": 59}}, {"CHECK205"}),
        ({"RetryStrategy": {"Attempts": 0}}, {"CHECK204"}),
        ({"Tags": {"aws:x": "y"}}, {"CHECK220"}),
        ({"Parameters": {"script": "x" * MAX_JOB_DEFINITION_BYTES}}, {"CHECK213"}),
    ],
)
@pytest.mark.parametrize("kind", ["container", "task", "nodes"])
def test_a_definition_is_judged_whatever_its_kind_is(
    tmp_path: Path, kind: str, properties: dict[str, Any], expected: set[str]
) -> None:
    container = {"Image": "busybox", "ResourceRequirements": [{"Type": "VCPU", "Value": "1"}]}
    nodes = {"NumNodes": 2, "MainNode": 0, "NodeRangeProperties": [{"TargetNodes": "0:", "Container": container}]}
    given: dict[str, Any] = {
        "container": {"ContainerProperties": container},
        "task": {"EcsProperties": {"TaskProperties": [{"Containers": [container]}]}},
        "nodes": {"Type": "multinode", "NodeProperties": nodes},
    }[kind]
    assert ids(tmp_path, Job=definition(**given, **properties)) == expected


@pytest.mark.parametrize(
    ("count", "main", "ranges", "expected"),
    [
        (4, 0, ["0:"], set()),
        (4, 3, [":1", "2:3"], set()),
        (4, 0, ["0:3", "1"], set()),
        (4, 4, ["0:"], {"CHECK226"}),
        (4, 0, ["0", "2:"], {"CHECK226"}),
        (1001, 0, ["0:"], {"CHECK226"}),
        (6, 0, [str(node) for node in range(6)], {"CHECK226"}),
        (4, 0, [{"Ref": "Unknown"}], set()),
        ({"Ref": "Unknown"}, 4, ["0:1"], set()),
        (4, 0, ["0:999999999"], set()),
    ],
)
def test_nodes_are_counted_as_aws_batch_does(
    tmp_path: Path, count: Any, main: int, ranges: list[Any], expected: set[str]
) -> None:
    container = {"Image": "busybox", "ResourceRequirements": [{"Type": "VCPU", "Value": "1"}]}
    entries = [{"TargetNodes": each, "Container": container} for each in ranges]
    given = {"NumNodes": count, "MainNode": main, "NodeRangeProperties": entries}
    assert ids(tmp_path, Job=definition(Type="multinode", NodeProperties=given)) == expected


def test_jobs_of_nodes_are_no_arrays(tmp_path: Path) -> None:
    container = {"Image": "busybox", "ResourceRequirements": [{"Type": "VCPU", "Value": "1"}]}
    nodes = {"NumNodes": 2, "MainNode": 0, "NodeRangeProperties": [{"TargetNodes": "0:", "Container": container}]}
    job = definition(Type="multinode", NodeProperties=nodes)
    state = submit(ArrayProperties={"Size": 3})
    assert ids(tmp_path, Job=job, Machine=machine({"Run": state})) == {"CHECK227"}
    assert ids(tmp_path, Job=job, Machine=machine({"Run": submit()})) == set()


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (jsonata(ArrayProperties={"Size": COUNT}), {"CHECK217"}),
        (jsonata(ArrayProperties={"Size": "{% $states.input.size %}"}), {"CHECK217"}),
        (jsonata(ArrayProperties={"Size": "{% $states.context.Execution.Input.size %}"}), {"CHECK217"}),
        (jsonata(ArrayProperties={"Size": "{% $max([2, $count($states.input.items)]) %}"}), set()),
        (jsonata(ArrayProperties={"Size": "{% $size %}"}), set()),
        (submit(ArrayProperties={"Size.$": "States.ArrayLength($.items)"}), {"CHECK217"}),
        (submit(ArrayProperties={"Size.$": "$.size"}), {"CHECK217"}),
        (submit(ArrayProperties={"Size.$": "$$.Execution.Input.size"}), {"CHECK217"}),
        (submit(**{"ArrayProperties.$": "$.array"}), set()),
        (submit(ArrayProperties={"Size": {"Ref": "Unknown"}}), set()),
    ],
)
def test_a_computed_size_is_unsafe_if_it_is_a_count_or_what_the_execution_is_started_with(
    tmp_path: Path, state: dict[str, Any], expected: set[str]
) -> None:
    assert ids(tmp_path, Machine=machine({"Run": state})) == expected


def test_a_choice_before_a_computed_size_is_enough_wherever_it_is_and_a_size_of_a_task_is_not_known(
    tmp_path: Path,
) -> None:
    array = submit(ArrayProperties={"Size.$": "States.ArrayLength($.items)"})
    choice = {"Type": "Choice", "Choices": [{"Next": "Both", "Variable": "$.items[1]", "IsPresent": True}]}
    both = {"Type": "Parallel", "Branches": [{"StartAt": "Run", "States": {"Run": array}}], "End": True}
    assert ids(tmp_path, Machine=machine({"Check": choice, "Both": both})) == set()
    assert ids(tmp_path, Machine=machine({"Both": both})) == {"CHECK217"}
    after = {"Type": "Choice", "Choices": [{"Next": "End", "Variable": "$.done", "IsPresent": True}]}
    states = {"Run": {**array, "End": False, "Next": "Check"}, "Check": after, "End": {"Type": "Succeed"}}
    assert ids(tmp_path, Machine=machine(states)) == {"CHECK217"}
    count = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {}, "Next": "Run"}
    sized = submit(ArrayProperties={"Size.$": "$.size"})
    assert ids(tmp_path, Machine=machine({"Count": count, "Run": sized})) == set()


@pytest.mark.parametrize(
    ("first", "job_id", "expected"),
    [
        ({"ResultPath": "$.first"}, "$.first.JobId", {"CHECK219"}),
        ({"Assign": {"first.$": "$.JobId"}}, "$first", {"CHECK219"}),
        ({"Assign": {"first.$": "$"}}, "$first.JobId", {"CHECK219"}),
        ({"ResultPath": "$.first"}, "$.another.JobId", set()),
    ],
)
def test_arrays_that_wait_child_by_child_are_compared_by_what_names_the_job(
    tmp_path: Path, first: dict[str, Any], job_id: str, expected: set[str]
) -> None:
    waiting = [{"JobId.$": job_id, "Type": "N_TO_N"}]
    states = {
        "First": {**submit("Second", ArrayProperties={"Size": 10}), **first},
        "Second": submit(ArrayProperties={"Size": 20}, DependsOn=waiting),
    }
    assert ids(tmp_path, Machine=machine(states)) == expected
    states["Second"]["Parameters"]["ArrayProperties"]["Size"] = 10
    assert ids(tmp_path, Machine=machine(states)) == set()


def test_a_single_job_has_no_children_to_wait_for(tmp_path: Path) -> None:
    states = {
        "First": {**submit("Second"), "ResultPath": "$.first"},
        "Second": submit(ArrayProperties={"Size": 20}, DependsOn=[{"JobId.$": "$.first.JobId", "Type": "N_TO_N"}]),
    }
    assert ids(tmp_path, Machine=machine(states)) == {"CHECK219"}


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (each({**jsonata(), "Output": "x"}, Items="{% [1..3125] %}"), set()),
        (each({**jsonata(), "Output": "x"}, Items="{% [1..3126] %}"), {"CHECK221"}),
        (each({**jsonata(), "Output": "x"}, Items=[*range(3126)]), {"CHECK221"}),
        (each({**jsonata(), "Output": "x"}, "DISTRIBUTED", Items="{% [1..3126] %}"), set()),
        (each({**jsonata(), "Output": "x"}, Items="{% [1..$n] %}"), set()),
        (each({**jsonata(), "Output": "x"}, Items={"Ref": "Unknown"}), set()),
        (each(jsonata(), Items=[*range(100)]), set()),
        (each(jsonata(), Items=[*range(300)]), {"CHECK222"}),
        (each(jsonata(), "DISTRIBUTED", Items=[*range(300)]), {"CHECK222"}),
        (each(jsonata(), Items="{% $states.input %}"), {"CHECK223"}),
        (each(jsonata(), Items="{% $states.input %}", Output="x"), set()),
        (each(jsonata(), "DISTRIBUTED", Items="{% $states.input %}", ResultWriter={}), set()),
        (each(jsonata(), Items=[1], MaxConcurrency=41), {"CHECK224"}),
        (each(jsonata(), "DISTRIBUTED", Items=[1], MaxConcurrency=10_000), set()),
        (each(jsonata(), "DISTRIBUTED", Items=[1], MaxConcurrency=10_001), {"CHECK224"}),
    ],
)
def test_a_map_is_measured_by_what_is_known_of_its_items(
    tmp_path: Path, state: dict[str, Any], expected: set[str]
) -> None:
    assert ids(tmp_path, Machine=machine({"Each": state})) == expected


@pytest.mark.parametrize(
    ("task", "state", "expected"),
    [
        ({}, {}, {"CHECK223"}),
        ({"ResultPath": "$.job", "OutputPath": "$"}, {"ResultPath": "$.jobs"}, {"CHECK223"}),
        ({"ResultPath": None}, {}, set()),
        ({"ResultSelector": {"id.$": "$.JobId"}}, {}, set()),
        ({"OutputPath": "$.JobId"}, {}, set()),
        ({}, {"ResultPath": None}, set()),
        ({}, {"ResultSelector": {"count.$": "States.ArrayLength($)"}}, set()),
        ({"ResultPath": {"Ref": "Unknown"}}, {}, set()),
    ],
)
def test_descriptions_are_kept_unless_something_else_is_made_of_them(
    tmp_path: Path, task: dict[str, Any], state: dict[str, Any], expected: set[str]
) -> None:
    processor = {"StartAt": "Run", "States": {"Run": {**submit(), **task}}}
    mapped = {"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": processor, "End": True, **state}
    assert ids(tmp_path, Machine=machine({"Each": mapped})) == expected


def test_a_list_that_the_state_before_says_is_known_and_the_shortest_way_through_an_iteration_counts(
    tmp_path: Path,
) -> None:
    task = {**submit(), "ResultPath": None}
    skip = {"Type": "Choice", "Choices": [{"Next": "Run", "Variable": "$.x", "IsPresent": True}], "Default": "Skip"}
    inner = {"StartAt": "Check", "States": {"Check": skip, "Run": task, "Skip": {"Type": "Pass", "End": True}}}
    for count, expected in ((4166, set()), (4167, {"CHECK221"})):  # 6 events: of the iteration, Choice and Pass
        states = {
            "List": {"Type": "Pass", "Result": [*range(count)], "ResultPath": "$.all.items", "Next": "Each"},
            "Each": {"Type": "Map", "ItemsPath": "$.all.items", "Iterator": inner, "End": True},
        }
        assert ids(tmp_path, Machine=machine(states)) == expected


def test_expressions_are_no_payload(tmp_path: Path) -> None:
    code = "{% '" + "x" * STEP_FUNCTIONS_PAYLOAD_BYTES + "' %}"
    state = {"Type": "Pass", "QueryLanguage": "JSONata", "Output": {"items": code}, "End": True}
    assert ids(tmp_path, Machine=machine({"List": state})) == set()
    assert ids(tmp_path, Machine=machine({"List": {**state, "Output": {"items": code[2:]}}})) == {"CHECK216"}


@pytest.mark.parametrize(
    "given",
    [
        {"ContainerOverrides": {"Environment": [{"Name": "AWS_BATCH_X", "Value": "1"}]}},
        {"EcsPropertiesOverride": {"TaskProperties": [{"Containers": [{"Environment": [{"Name": "AWS_BATCH_X"}]}]}]}},
        {
            "NodeOverrides": {
                "NodePropertyOverrides": [{"ContainerOverrides": {"Environment": [{"Name": "AWS_BATCH_X"}]}}]
            }
        },
    ],
)
def test_variables_are_found_in_overrides_of_every_kind(tmp_path: Path, given: dict[str, Any]) -> None:
    assert "CHECK206" in ids(tmp_path, Machine=machine({"Run": submit(**given)}))


@pytest.mark.parametrize(
    ("properties", "found"),
    [
        ({"ComputeEnvironmentOrder": []}, True),
        ({}, True),
        ({"ComputeEnvironmentOrder": {"Ref": "Unknown"}}, False),
        ({"ComputeEnvironmentOrder": [{"Fn::If": ["Unclear", {"Order": 1}, {"Ref": "AWS::NoValue"}]}]}, False),
        ({"JobQueueType": "SAGEMAKER_TRAINING", "ServiceEnvironmentOrder": []}, False),
    ],
)
def test_a_queue_of_no_environments_is_refused_but_for_one_of_service_jobs(
    tmp_path: Path, properties: dict[str, Any], *, found: bool
) -> None:
    queue = {"Type": "AWS::Batch::JobQueue", "Properties": {"Priority": 1, **properties}}
    assert ids(tmp_path, Queue=queue) == ({"CHECK201"} if found else set())
