"""What outlives what: roles, queues and environments of one stack, of nested ones and of others."""

from pathlib import Path

import pytest

from constructs_lib.checks.checking import find
from constructs_lib.checks.model.files import read_files

ENVIRONMENT = """
  Environment:
    Type: AWS::Batch::ComputeEnvironment
    DependsOn: [{depends}]
    Properties:
      Type: MANAGED
      ServiceRole: {role}
      ComputeResources: {{Type: FARGATE, MaxvCpus: 16, SecurityGroupIds: [sg-1], Subnets: [a, b]}}
"""
ROLE = """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: batch
      AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Action: 'sts:AssumeRole', Principal: '*'}]}
  Policy:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: batch
      Roles: [!Ref Role]
      PolicyDocument: {Statement: [{Effect: Allow, Action: 'ecs:*', Resource: '*'}]}
  Between:
    Type: AWS::SSM::Parameter
    DependsOn: Policy
    Properties: {Type: String, Value: a}
"""
QUEUE = """
  Queue:
    Type: AWS::Batch::JobQueue
    DeletionPolicy: {policy}
    Properties:
      Priority: 1
      ComputeEnvironmentOrder: [{{Order: 1, ComputeEnvironment: {environment}}}]
"""


def messages(folder: Path, rule: str, **texts: str) -> list[str]:
    """What a rule finds in templates, of which the first ones are given to the check."""
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text)
    given = [folder / f"{name}.yaml" for name in texts if not name.startswith("inner")]
    return [each.message for each in find(read_files(given)) if each.rule.id == rule]


@pytest.mark.parametrize(
    ("depends", "role", "is_first"),
    [
        ("Role", "!GetAtt Role.Arn", True),
        ("Policy", "!GetAtt Role.Arn", False),
        ("Between", "!GetAtt Role.Arn", False),
        ("Policy", "!Sub 'arn:aws:iam::${AWS::AccountId}:role/batch'", False),
        ("Role", "!Sub 'arn:aws:iam::${AWS::AccountId}:role/another'", False),
    ],
)
def test_a_policy_is_deleted_before_an_environment_that_does_not_depend_on_it(
    tmp_path: Path, depends: str, role: str, *, is_first: bool
) -> None:
    found = messages(tmp_path, "CHECK404", app=ROLE + ENVIRONMENT.format(depends=depends, role=role))
    assert bool(found) is is_first


def test_a_role_that_is_only_named_goes_before_its_environment(tmp_path: Path) -> None:
    app = ROLE + ENVIRONMENT.format(depends="", role="arn:aws:iam::123456789012:role/batch")
    assert messages(tmp_path, "CHECK404", app=app)[0].startswith(
        "got the name of Role, which CloudFormation may delete"
    )


@pytest.mark.parametrize("policy", ["service-role/AWSBatchServiceRole", "AWSBatchServiceRole"])
def test_a_role_that_has_its_rights_itself_needs_no_policy_beside_it(tmp_path: Path, policy: str) -> None:
    managed = f"RoleName: batch\n      ManagedPolicyArns: ['arn:aws:iam::aws:policy/{policy}']"
    app = ROLE.replace("RoleName: batch", managed) + ENVIRONMENT.format(depends="Role", role="!GetAtt Role.Arn")
    assert messages(tmp_path, "CHECK404", app=app) == []


def test_a_queue_that_is_kept_keeps_its_environment(tmp_path: Path) -> None:
    environment = "Resources:" + ENVIRONMENT.format(depends="", role="!Ref AWS::NoValue")
    kept = environment + QUEUE.format(policy="Retain", environment="!Ref Environment")
    assert "the queue is kept" in messages(tmp_path, "CHECK405", app=kept)[0]
    both = kept.replace("DependsOn: []", "DeletionPolicy: Retain")
    assert messages(tmp_path, "CHECK405", app=both) == []


def test_a_queue_of_another_stack_keeps_an_environment_from_being_replaced(tmp_path: Path) -> None:
    environment = "Resources:" + ENVIRONMENT.format(depends="", role="!Ref AWS::NoValue")
    one = environment + "Outputs:\n  Arn: {Value: !Ref Environment, Export: {Name: arn}}\n"
    two = "Resources:" + QUEUE.format(policy="Delete", environment="!ImportValue arn")
    assert messages(tmp_path, "CHECK405", one=one, two=two)[0].startswith("got Environment of another stack")


def test_nested_stacks_are_updated_in_order(tmp_path: Path) -> None:
    inner = "Resources:" + ENVIRONMENT.format(depends="", role="!Ref AWS::NoValue")
    inner += "Outputs:\n  Arn: {Value: !Ref Environment}\n"
    outer = "Resources:\n  Inner:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: inner.yaml}\n"
    outer += QUEUE.format(policy="Delete", environment="!GetAtt Inner.Outputs.Arn")
    assert messages(tmp_path, "CHECK405", inner=inner, outer=outer) == []


@pytest.mark.parametrize(
    ("properties", "said"),
    [
        ("UpdatePolicy: {TerminateJobsOnUpdate: true}", True),
        ("UpdatePolicy: {TerminateJobsOnUpdate: true}\n      ReplaceComputeEnvironment: false", False),
        ("ReplaceComputeEnvironment: !Ref AWS::NoValue", False),
        ("ReplaceComputeEnvironment: true\n      ServiceRole: batch", False),
    ],
)
def test_what_says_how_to_update_is_of_no_use_to_an_environment_that_is_replaced(
    tmp_path: Path, properties: str, *, said: bool
) -> None:
    app = "Resources:" + ENVIRONMENT.format(depends="", role="!Ref AWS::NoValue")
    on_instances = "Type: EC2, AllocationStrategy: BEST_FIT_PROGRESSIVE, InstanceTypes: [m5]"
    app = app.replace("Type: FARGATE", on_instances).replace("ServiceRole: !Ref AWS::NoValue", properties)
    assert bool(messages(tmp_path, "CHECK408", app=app)) is said


@pytest.mark.parametrize(("tag", "changes"), [
    ("GitCommit", True), ("build-number", True), ("app:version", True), ("last_updated", True), ("Date", True),
    ("team", False), ("candidate", False), ("conversion", False), ("Name", False),
])  # fmt: skip
def test_tags_that_change_are_told_by_their_names(tmp_path: Path, tag: str, *, changes: bool) -> None:
    app = "Resources:" + ENVIRONMENT.format(depends="", role="!Ref AWS::NoValue")
    app = app.replace("Type: MANAGED", f"Type: MANAGED\n      Tags: {{'{tag}': !Ref AWS::StackName}}")
    assert bool(messages(tmp_path, "CHECK410", app=app)) is changes


@pytest.mark.parametrize(
    ("bucket", "said"),
    [
        ("Type: AWS::S3::Bucket", True),
        ("Type: AWS::S3::Bucket\n    DeletionPolicy: RetainExceptOnCreate", False),
        ("Type: AWS::S3::Bucket\n  Emptied:\n    Type: Custom::Any\n    Properties: {Bucket: !Ref Data}", False),
    ],
)  # fmt: skip
def test_a_bucket_is_emptied_by_something_or_kept(tmp_path: Path, bucket: str, *, said: bool) -> None:
    assert bool(messages(tmp_path, "CHECK411", app=f"Resources:\n  Data:\n    {bucket}\n")) is said


@pytest.mark.parametrize(
    ("system", "said"),
    [
        ("AWS::EFS::FileSystem", True),
        ("AWS::FSx::FileSystem\n    Properties: {FileSystemType: LUSTRE, SubnetIds: [a]}", False),
        ("AWS::FSx::FileSystem\n    Properties: {FileSystemType: ONTAP, SubnetIds: [a]}", True),
    ],
)
def test_a_file_system_that_lasts_is_kept(tmp_path: Path, system: str, *, said: bool) -> None:
    assert bool(messages(tmp_path, "CHECK412", app=f"Resources:\n  Data:\n    Type: {system}\n")) is said
