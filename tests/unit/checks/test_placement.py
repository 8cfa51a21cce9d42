"""What a queue, an environment and Fargate take, wherever it is said, and silence about what is not known."""

from pathlib import Path

import pytest

from constructs_lib.checks.checking import find
from constructs_lib.checks.example import pipeline
from constructs_lib.checks.model.files import read_template
from constructs_lib.checks.rules import rules

HEAD = "Parameters: {Unknown: {Type: String}}\nResources:\n"
ROLE = "ExecutionRoleArn: arn:aws:iam::123456789012:role/execution"
FARGATE = "{Type: FARGATE, MaxvCpus: 16, SecurityGroupIds: [sg-1], Subnets: [subnet-1]}"
ON_FARGATE = pipeline(computing=FARGATE, job="PlatformCapabilities: [FARGATE]", container=ROLE)
TASK = """
Job:
  Type: AWS::Batch::JobDefinition
  Properties:
    Type: container
    PlatformCapabilities: [FARGATE]
    EcsProperties:
      TaskProperties:
        - EphemeralStorage: {SizeInGiB: 500}
          Containers:
            - {Image: busybox, ResourceRequirements: [{Type: VCPU, Value: '1'}, {Type: MEMORY, Value: '2048'}]}
"""
BY_A_SCHEDULE = """{
    Arn: 'arn:aws:scheduler:::aws-sdk:batch:submitJob',
    Input: !Sub '{"JobName": "run", "JobDefinition": "charts", "JobQueue": "${Queue}"}',
  }"""
FAIR_QUEUE = """
  Queue:
    Type: AWS::Batch::JobQueue
    Properties:
      Priority: 1
      SchedulingPolicyArn: arn:aws:batch:eu-west-1:123456789012:scheduling-policy/teams
      ComputeEnvironmentOrder: [{Order: 1, ComputeEnvironment: charts}]
"""
NODES = """
Job:
  Type: AWS::Batch::JobDefinition
  Properties:
    Type: multinode
    PlatformCapabilities: [FARGATE]
    NodeProperties:
      NumNodes: 2
      MainNode: 0
      NodeRangeProperties: [{TargetNodes: '0:', Container: {Image: busybox, Vcpus: 1, Memory: 512}}]
"""


def example(code: str) -> str:
    """The example of a rule with its wrong value."""
    return next(rule.example.with_value(rule.example.wrong) for rule in rules() if rule.id == code)


def found(folder: Path, text: str, *codes: str) -> dict[str, tuple[str, str]]:
    """Where some rules find something, and what."""
    path = folder / "template.yaml"
    path.write_text(text if "Resources:\n" in text else HEAD + "\n".join(f"  {line}" for line in text.splitlines()))
    findings = find([read_template(path)])
    return {each.rule.id: (each.pointer, each.message) for each in findings if each.rule.id in codes}


@pytest.mark.parametrize(
    ("types", "message"),
    [
        ("[optimal, c6g]", "got optimal of x86_64 and c6g of arm64, an environment has types of one processor"),
        ("[m6g.large, default_x86_64]", "got m6g.large of arm64 and default_x86_64 of x86_64, "),
        ("[default_arm64, m6g.large]", ""),
        ("[c7i, m99.large]", ""),
        ("[c7i, !Ref Unknown]", ""),
        ("!Ref Unknown", ""),
    ],
)
def test_one_processor_in_an_environment(tmp_path: Path, types: str, message: str) -> None:
    computing = f"{{Type: EC2, MaxvCpus: 16, InstanceTypes: {types}, Subnets: [subnet-1]}}"
    findings = found(tmp_path, pipeline(computing=computing), "CHECK114")
    assert [each[1] for each in findings.values()] == ([findings["CHECK114"][1]] if message else [])
    assert all(each[1].startswith(message) for each in findings.values())


@pytest.mark.parametrize("environment", ["!Ref Unknown", "of-another-team"])
def test_of_an_environment_of_a_queue_that_is_not_known_no_processor_is_told(tmp_path: Path, environment: str) -> None:
    text = example("CHECK115").replace("ComputeEnvironment: !Ref New", f"ComputeEnvironment: {environment}")
    assert found(tmp_path, text, "CHECK115") == {}


def test_a_region_is_known_by_the_zone_of_a_subnet_only(tmp_path: Path) -> None:
    text = example("CHECK116")
    path = "/Resources/Environment/Properties/ComputeResources/InstanceTypes"
    assert found(tmp_path, text, "CHECK116") == {"CHECK116": (path, "got g5g.xlarge, eu-west-1 is known to have none")}
    for zone in ("!Select [0, !GetAZs '']", "!Ref Unknown", "use1-az1", "us-east-1a"):
        assert (
            found(tmp_path, text.replace("AvailabilityZone: eu-west-1a", f"AvailabilityZone: {zone}"), "CHECK116") == {}
        )


def test_windows_waits_where_there_is_spot_alone(tmp_path: Path) -> None:
    text = example("CHECK117")
    assert "it is of Fargate Spot" in found(tmp_path, text, "CHECK117")["CHECK117"][1]
    other = text.replace("[{Order: 1,", "[{Order: 2, ComputeEnvironment: of-another-team}, {Order: 1,")
    assert found(tmp_path, other, "CHECK117") == {}
    assert found(tmp_path, text.replace("WINDOWS_SERVER_2022_CORE", "LINUX"), "CHECK117") == {}
    assert found(tmp_path, text.replace("WINDOWS_SERVER_2022_CORE", "!Ref Unknown"), "CHECK117") == {}


def test_what_fargate_needs_and_lacks_is_told_of_a_task_too(tmp_path: Path) -> None:
    task = "/Resources/Job/Properties/EcsProperties/TaskProperties/0"
    assert found(tmp_path, TASK, "CHECK118", "CHECK119", "CHECK120") == {
        "CHECK118": (task, "got no ExecutionRoleArn, a job on Fargate needs one"),
        "CHECK120": (f"{task}/EphemeralStorage", "got 500 GiB of ephemeral storage, Fargate has 21 to 200"),
    }
    assert found(tmp_path, TASK.replace("[FARGATE]", "[EC2]"), "CHECK118", "CHECK120") == {}
    assert found(tmp_path, TASK.replace("[FARGATE]", "[!Ref Unknown]"), "CHECK118", "CHECK120") == {}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("Privileged: true", "got a privileged container on Fargate, only instances have some"),
        ("Privileged: 'true'", "got a privileged container on Fargate, only instances have some"),
        ("Vcpus: 1", "got Vcpus on Fargate, it is told by ResourceRequirements there"),
        ("Memory: 2048", "got Memory on Fargate, it is told by ResourceRequirements there"),
        ("Privileged: false", ""),
        ("Privileged: !Ref Unknown", ""),
    ],
)
def test_a_job_on_fargate_asks_for_nothing_of_instances(tmp_path: Path, line: str, message: str) -> None:
    findings = found(tmp_path, ON_FARGATE.replace(ROLE, f"{ROLE}\n      {line}"), "CHECK118", "CHECK119")
    assert [each[1] for each in findings.values()] == ([message] if message else [])


def test_nodes_are_on_instances(tmp_path: Path) -> None:
    findings = found(tmp_path, NODES, "CHECK118", "CHECK119")
    message = "got a multi-node parallel job on Fargate, it runs on instances"
    assert findings == {"CHECK119": ("/Resources/Job/Properties/Type", message)}


@pytest.mark.parametrize(
    ("submitter", "fix"),
    [
        (
            "Events::Rule, Properties: {Targets: [{Id: J, Arn: !Ref Queue, BatchParameters: <JOB>}]}",
            "Submit by a schedule",
        ),
        ("Pipes::Pipe, Properties: {Target: !Ref Queue, TargetParameters: {BatchJobParameters: <JOB>}}", "Submit by a"),
        (f"Scheduler::Schedule, Properties: {{Target: {BY_A_SCHEDULE}}}", "Add a ShareIdentifier to the submit"),
    ],
)
def test_who_can_name_no_share_is_told_who_can(tmp_path: Path, submitter: str, fix: str) -> None:
    path = tmp_path / "template.yaml"
    job = submitter.replace("<JOB>", "{JobName: run, JobDefinition: charts}")
    path.write_text(f"{HEAD}{FAIR_QUEUE}  Nightly: {{Type: AWS::{job}}}\n")
    [told] = [finding for finding in find([read_template(path)]) if finding.rule.id == "CHECK108"]
    assert told.fix.startswith(fix)
