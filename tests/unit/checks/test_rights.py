"""The roles of whatever submits, and what of rights, secrets and keys the templates show."""

from pathlib import Path
from typing import Final

import pytest

from constructs_lib.checks.checking import find
from constructs_lib.checks.example import pipeline
from constructs_lib.checks.model.files import read_template

ROLE: Final = """
Role:
  Type: AWS::IAM::Role
  Properties:
    AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Action: 'sts:AssumeRole', Principal: '*'}]}
    Policies: [{PolicyName: p, PolicyDocument: {Statement: [{Effect: Allow, Action: <ACTION>, Resource: '*'}]}}]
"""
TARGETS: Final = {
    "a rule": """
Daily:
  Type: AWS::Events::Rule
  Properties:
    ScheduleExpression: rate(1 day)
    Targets:
      - {Id: Job, Arn: !Ref Queue, RoleArn: !GetAtt Role.Arn, BatchParameters: {JobName: a, JobDefinition: !Ref Job}}
""",
    "a schedule": """
Daily:
  Type: AWS::Scheduler::Schedule
  Properties:
    FlexibleTimeWindow: {Mode: 'OFF'}
    ScheduleExpression: rate(1 day)
    Target:
      Arn: arn:aws:scheduler:::aws-sdk:batch:submitJob
      RoleArn: !GetAtt Role.Arn
      Input: !Sub '{"JobName": "a", "JobQueue": "${Queue}", "JobDefinition": "${Job}", "Tags": {"team": "maps"}}'
""",
    "a pipe": """
Daily:
  Type: AWS::Pipes::Pipe
  Properties:
    RoleArn: !GetAtt Role.Arn
    Source: arn:aws:sqs:eu-west-1:123456789012:q
    Target: !Ref Queue
    TargetParameters: {BatchJobParameters: {JobName: a, JobDefinition: !Ref Job}}
""",
}


def ids(folder: Path, body: str) -> set[str]:
    """The rules of rights and money that find something in the resources of a template."""
    path = folder / "app.yaml"
    indented = "\n".join(f"  {line}" for line in body.strip("\n").splitlines())
    parameters = "Parameters: {Password: {Type: String, NoEcho: true}, Name: {Type: String}}"
    path.write_text(f"{parameters}\nResources:\n{indented}\n")
    return {each.rule.id for each in find([read_template(path)]) if each.rule.id.startswith("CHECK6")}


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
@pytest.mark.parametrize(("action", "may"), [("batch:DescribeJobs", False), ("'batch:Sub*'", True)])
def test_a_role_may_submit_whoever_has_it(tmp_path: Path, target: str, action: str, *, may: bool) -> None:
    found = ids(tmp_path, pipeline() + ROLE.replace("<ACTION>", action) + target)
    assert ("CHECK607" not in found) is may


@pytest.mark.parametrize(("action", "may"), [("batch:SubmitJob", False), ("['batch:SubmitJob', 'batch:Tag*']", True)])
def test_a_schedule_with_tags_may_tag(tmp_path: Path, action: str, *, may: bool) -> None:
    found = ids(tmp_path, pipeline() + ROLE.replace("<ACTION>", action) + TARGETS["a schedule"])
    assert ("CHECK609" not in found) is may


@pytest.mark.parametrize(
    ("container", "rule"),
    [
        ("Environment: [{Name: DB, Value: !Sub 'postgres://${Password}@db'}]", "CHECK616"),
        ("Environment: [{Name: DB, Value: !Ref Name}]", None),
        ("Command: [run, --key, AKIAIOSFODNN7EXAMPLE]", "CHECK617"),
        ("Command: [run, --key, XAKIAIOSFODNN7EXAMPLEX]", None),
        ("User: 0", "CHECK612"),
        ("User: '0:0'", "CHECK612"),
        ("User: rooted", None),
    ],
)
def test_secrets_keys_and_root_are_found_where_they_are(tmp_path: Path, container: str, rule: str | None) -> None:
    assert ids(tmp_path, pipeline(container=container)) == ({rule} if rule else set())


def test_a_secret_in_the_overrides_of_a_submit_is_one_too(tmp_path: Path) -> None:
    overrides = "ContainerOverrides: {Environment: [{Name: DB_PASSWORD, Value: hunter2}]}"
    assert ids(tmp_path, pipeline(submit=overrides)) == {"CHECK604"}


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ("AdministratorAccess", True),
        ("AmazonS3FullAccess", True),
        ("job-function/PowerUserAccess", True),
        ("AmazonS3ReadOnlyAccess", False),
        ("service-role/AmazonECSTaskExecutionRolePolicy", False),
    ],
)
def test_policies_of_aws_that_allow_everything_are_told(tmp_path: Path, policy: str, *, said: bool) -> None:
    managed = f"    ManagedPolicyArns: [!Sub 'arn:${{AWS::Partition}}:iam::aws:policy/{policy}']\n"
    role = ROLE.replace("<ACTION>", "s3:GetObject") + managed
    assert ("CHECK611" in ids(tmp_path, pipeline(container="JobRoleArn: !GetAtt Role.Arn") + role)) is said
    assert "CHECK611" not in ids(tmp_path, pipeline() + role), "it is not of a pipeline"


def test_a_budget_bounds_the_cost(tmp_path: Path) -> None:
    large = pipeline(computing="{Type: EC2, AllocationStrategy: BEST_FIT_PROGRESSIVE, MaxvCpus: 5000, Subnets: [a, b]}")
    budget = "\nBudget:\n  Type: AWS::Budgets::Budget\n  Properties: {Budget: {BudgetType: COST, TimeUnit: MONTHLY}}\n"
    assert ids(tmp_path, large) == {"CHECK615"}
    assert ids(tmp_path, large + budget) == set()


@pytest.mark.parametrize(
    ("statement", "trusts"),
    [
        ("[{Effect: Allow, Principal: {Service: batch.amazonaws.com}}]", False),
        ("{Effect: Allow, Principal: {AWS: 'arn:aws:iam::123456789012:root'}}", False),
        ("{Effect: Deny, Principal: {Service: ecs-tasks.amazonaws.com}}", False),
        ("[{Effect: Allow, Principal: {Service: [ec2.amazonaws.com, ecs-tasks.amazonaws.com]}}]", True),
        ("{Effect: Allow, Principal: {Service: !Sub 'ecs-tasks.${AWS::URLSuffix}'}}", True),
        ("{Effect: Allow, Principal: {Service: !Ref Name}}", True),
        ("{Effect: Allow, Principal: {AWS: '*'}}", True),
        ("{Effect: Allow, NotPrincipal: {AWS: 'arn:aws:iam::123456789012:root'}}", True),
        ("!Ref Name", True),
    ],
)
def test_a_role_trusts_a_service_by_its_name(tmp_path: Path, statement: str, *, trusts: bool) -> None:
    trust = "{Statement: [{Effect: Allow, Action: 'sts:AssumeRole', Principal: '*'}]}"
    role = ROLE.replace("<ACTION>", "s3:GetObject").replace(trust, f"{{Statement: {statement}}}")
    found = ids(tmp_path, pipeline(container="JobRoleArn: !GetAtt Role.Arn") + role)
    assert ("CHECK621" not in found) is trusts


@pytest.mark.parametrize(("service", "trusts"), [("scheduler", True), ("events", False)])
def test_a_schedule_takes_its_role_itself(tmp_path: Path, service: str, *, trusts: bool) -> None:
    role = ROLE.replace("<ACTION>", "'batch:*Job*'").replace("Principal: '*'", f"Principal: {{Service: {service}.aws}}")
    assert ("CHECK621" not in ids(tmp_path, pipeline() + role + TARGETS["a schedule"])) is trusts


ELSEWHERE: Final = "LogConfiguration: {LogDriver: splunk}"


@pytest.mark.parametrize(
    ("container", "missing"),
    [
        ("", "logs:CreateLogStream"),
        (ELSEWHERE, None),
        ("LogConfiguration: {LogDriver: !Ref Name}", None),
        (
            f"{ELSEWHERE}\n      Secrets: [{{Name: A, ValueFrom: 'arn:aws:ssm:eu-west-1:1:parameter/a'}}]",
            "ssm:GetParameters",
        ),
    ],
)
def test_an_execution_role_may_do_what_its_job_needs(tmp_path: Path, container: str, missing: str | None) -> None:
    fargate = pipeline(
        computing="{Type: FARGATE, MaxvCpus: 16, SecurityGroupIds: [a], Subnets: [b, c]}",
        job="PlatformCapabilities: [FARGATE]",
        container=f"ExecutionRoleArn: !GetAtt Role.Arn\n      {container}",
    )
    found = ids(tmp_path, fargate + ROLE.replace("<ACTION>", "s3:GetObject"))
    assert ("CHECK619" in found) is (missing is not None)
