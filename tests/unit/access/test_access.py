"""Who may submit: the statements, the trust, and limits that would be none."""

from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import Size, Stack
from aws_cdk import aws_batch as batch
from aws_cdk import aws_iam as iam
from aws_cdk.assertions import Template

from constructs_lib import (
    ConfigurationError,
    ContainerJob,
    FairShare,
    JobImage,
    JobQueue,
    MultiNodeJob,
    NodeGroup,
    OwnDefinitions,
    SubmitterRole,
)

Make = Callable[..., Any]
GITHUB = "token.actions.githubusercontent.com"


@pytest.fixture
def queue(stack: Stack, make_ec2: Make) -> JobQueue:
    return JobQueue(stack, "Queue", compute_environments=[make_ec2()])


@pytest.fixture
def shared(stack: Stack, make_ec2: Make) -> JobQueue:
    policy = FairShare(stack, "Shares")
    return JobQueue(stack, "Shared", compute_environments=[make_ec2("Other")], scheduling_policy=policy)


@pytest.fixture
def job(make_job: Make) -> ContainerJob:
    made: ContainerJob = make_job()
    return made


@pytest.fixture
def role(stack: Stack) -> iam.Role:
    return iam.Role(stack, "Caller", assumed_by=iam.AccountRootPrincipal())


@pytest.fixture
def provider(stack: Stack) -> iam.IOpenIdConnectProvider:
    arn = f"arn:aws:iam::123456789012:oidc-provider/{GITHUB}"
    return iam.OpenIdConnectProvider.from_open_id_connect_provider_arn(stack, "GitHub", arn)


def statements(stack: Stack, of: str) -> dict[str, dict[str, Any]]:
    """The statements of a role, by their first action."""
    policies = Template.from_stack(stack).find_resources("AWS::IAM::Policy")
    [found] = [policy for name, policy in policies.items() if name.startswith(f"{of}DefaultPolicy")]
    listed = found["Properties"]["PolicyDocument"]["Statement"]
    return {item["Action"] if isinstance(item["Action"], str) else item["Action"][0]: item for item in listed}


def test_a_grant_names_every_revision_of_the_definition_and_the_queue(
    stack: Stack, queue: JobQueue, job: ContainerJob, role: iam.Role
) -> None:
    queue.grant_submit(role, job)
    found = statements(stack, "Caller")
    assert list(found) == ["batch:SubmitJob"]
    definition, target = found["batch:SubmitJob"]["Resource"]
    *_, name, any_revision = definition["Fn::Join"][1]
    assert name["Fn::Select"][1]["Fn::Split"][1]["Ref"].startswith("Job")
    assert any_revision == ":*"
    assert target["Fn::GetAtt"][0].startswith("Queue")
    assert "Condition" not in found["batch:SubmitJob"]


def test_an_imported_definition_by_revision_and_without(stack: Stack, queue: JobQueue, role: iam.Role) -> None:
    arn = "arn:aws:batch:eu-west-1:123456789012:job-definition/work"
    load = batch.EcsJobDefinition.from_job_definition_arn
    queue.grant_submit(role, load(stack, "One", f"{arn}:3"), load(stack, "Any", arn))
    queue.grant_submit(role, load(stack, "All", f"{arn}:3"), any_revision=True)
    policies = Template.from_stack(stack).find_resources("AWS::IAM::Policy")
    [policy] = [item for name, item in policies.items() if name.startswith("Caller")]
    resources = [item["Resource"][:-1] for item in policy["Properties"]["PolicyDocument"]["Statement"]]
    assert resources == [[f"{arn}:3", arn, f"{arn}:*"], [arn, f"{arn}:*"]]


def test_an_imported_definition_of_this_account_by_name(stack: Stack, queue: JobQueue, role: iam.Role) -> None:
    arn = stack.format_arn(service="batch", resource="job-definition", resource_name="work")
    job = batch.EcsJobDefinition.from_job_definition_arn(stack, "Named", arn)
    for any_revision in (False, True):
        queue.grant_submit(role, job, any_revision=any_revision)
    resources = statements(stack, "Caller")["batch:SubmitJob"]["Resource"]
    named = ":job-definition/work"
    assert [item["Fn::Join"][1][-1] for item in resources[:-1]] == [named, f"{named}:*"]


def test_shares(stack: Stack, shared: JobQueue, job: ContainerJob, role: iam.Role) -> None:
    shared.grant_submit(role, job, share_identifiers=["red", "blue"])
    exact = {"StringEquals": {"batch:ShareIdentifier": ["red", "blue"]}}
    assert statements(stack, "Caller")["batch:SubmitJob"]["Condition"] == exact


def test_shares_by_their_beginning(stack: Stack, shared: JobQueue, job: ContainerJob, role: iam.Role) -> None:
    shared.grant_submit(role, job, share_identifiers=["team*"])
    pattern = {"StringLike": {"batch:ShareIdentifier": ["team*"]}}
    assert statements(stack, "Caller")["batch:SubmitJob"]["Condition"] == pattern


def test_own_definitions(stack: Stack, queue: JobQueue, job: ContainerJob, role: iam.Role) -> None:
    limits = {"prefix": "team-", "images": ["123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/*"], "users": ["1000"]}
    queue.grant_submit(role, OwnDefinitions(**limits, roles=[job.job_role]))
    found = statements(stack, "Caller")
    assert list(found) == [
        "batch:SubmitJob",
        "batch:RegisterJobDefinition",
        "batch:DeregisterJobDefinition",
        "iam:PassRole",
    ]
    assert found["batch:RegisterJobDefinition"]["Condition"] == {
        "StringLike": {"batch:Image": limits["images"]},
        "StringEquals": {"batch:User": ["1000"]},
        "Bool": {"batch:Privileged": "false"},
    }
    assert found["iam:PassRole"]["Condition"] == {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}


def test_own_definitions_with_the_rights_of_root_and_without_roles(
    stack: Stack, queue: JobQueue, role: iam.Role
) -> None:
    queue.grant_submit(role, OwnDefinitions(prefix="ops-", images=["busybox:*"], users=["0"], privileged=True))
    found = statements(stack, "Caller")
    assert "Bool" not in found["batch:RegisterJobDefinition"]["Condition"]
    assert "iam:PassRole" not in found


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"prefix": ""}, "the prefix ''"),
        ({"prefix": "*"}, r"the prefix '\*'"),
        ({"images": []}, r"the images \[\]"),
        ({"images": ["*"]}, "an image is named at least by its registry"),
        ({"users": []}, "the users"),
        ({"users": ["*"]}, "often as root"),
    ],
)
def test_refuses_limits_that_are_none(queue: JobQueue, role: iam.Role, options: Any, message: str) -> None:
    given = {"prefix": "team-", "images": ["busybox:*"], "users": ["1000"], **options}
    with pytest.raises(ConfigurationError, match=rf"grant_submit: got .*{message}.* \(ACCESS002\)|{message}"):
        queue.grant_submit(role, OwnDefinitions(**given))


def test_refuses_no_job(queue: JobQueue, role: iam.Role) -> None:
    with pytest.raises(ConfigurationError, match=r"JobQueue 'Stack/Queue' grant_submit: got no job, .* \(ACCESS001\)"):
        queue.grant_submit(role)


def test_refuses_shares_where_there_are_none(
    queue: JobQueue, shared: JobQueue, job: ContainerJob, role: iam.Role
) -> None:
    with pytest.raises(ConfigurationError, match=r"got \['red'\] for a queue .* \(ACCESS003\)"):
        queue.grant_submit(role, job, share_identifiers=["red"])
    with pytest.raises(ConfigurationError, match=r"got none, .* \(ACCESS003\)"):
        shared.grant_submit(role, job, share_identifiers=[])


def test_refuses_who_has_no_policies(queue: JobQueue, job: ContainerJob) -> None:
    with pytest.raises(ConfigurationError, match="ACCESS005"):
        queue.grant_submit(iam.ServicePrincipal("lambda.amazonaws.com"), job)


class TestRole:
    def test_its_rights(self, stack: Stack, queue: JobQueue, job: ContainerJob) -> None:
        role = SubmitterRole(stack, "Submitter", queue=queue, jobs=[job], trusted=SubmitterRole.people())
        found = statements(stack, "Submitter")
        assert sorted(found) == [
            "batch:CancelJob",
            "batch:DescribeJobs",
            "batch:SubmitJob",
            "batch:TagResource",
            "logs:FilterLogEvents",
        ]
        assert role.tags_of_jobs == {"constructs-lib:submitter": "Stack/Submitter"}
        assert found["batch:CancelJob"]["Condition"] == {
            "StringEquals": {"aws:ResourceTag/constructs-lib:submitter": "Stack/Submitter"}
        }
        assert found["batch:DescribeJobs"]["Resource"] == "*"

    def test_it_reads_the_output_of_every_node(self, stack: Stack, queue: JobQueue) -> None:
        group = NodeGroup(image=JobImage.from_registry("busybox:1.37"), vcpus=1, memory=Size.gibibytes(2))
        job = MultiNodeJob(stack, "Nodes", groups=[group])
        SubmitterRole(stack, "Submitter", queue=queue, jobs=[job], trusted=SubmitterRole.people())
        assert statements(stack, "Submitter")["logs:FilterLogEvents"]["Resource"] == stack.resolve(
            job.log_group.log_group_arn
        )

    def test_people_come_with_a_second_factor(self, stack: Stack, queue: JobQueue, job: ContainerJob) -> None:
        SubmitterRole(stack, "Submitter", queue=queue, jobs=[job], trusted=SubmitterRole.people("210987654321"))
        [statement] = self.trust(stack)
        assert statement["Condition"] == {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
        assert statement["Principal"] == {
            "AWS": {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":iam::210987654321:root"]]}
        }

    def test_ci_proves_repository_and_branch(
        self, stack: Stack, queue: JobQueue, job: ContainerJob, provider: iam.IOpenIdConnectProvider
    ) -> None:
        trusted = SubmitterRole.ci(provider, subjects=["repo:team/app:ref:refs/heads/main"])
        SubmitterRole(stack, "Submitter", queue=queue, jobs=[job], trusted=trusted, read_logs=False)
        [statement] = self.trust(stack)
        assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
        assert statement["Condition"] == {
            "StringEquals": {
                f"{GITHUB}:aud": "sts.amazonaws.com",
                f"{GITHUB}:sub": ["repo:team/app:ref:refs/heads/main"],
            }
        }
        assert "logs:FilterLogEvents" not in statements(stack, "Submitter")

    def test_ci_of_every_branch(
        self, stack: Stack, queue: JobQueue, job: ContainerJob, provider: iam.IOpenIdConnectProvider
    ) -> None:
        trusted = SubmitterRole.ci(provider, subjects=["repo:team/app:*"], audience="batch")
        SubmitterRole(stack, "Submitter", queue=queue, jobs=[job], trusted=trusted)
        [statement] = self.trust(stack)
        assert statement["Condition"] == {
            "StringEquals": {f"{GITHUB}:aud": "batch"},
            "StringLike": {f"{GITHUB}:sub": ["repo:team/app:*"]},
        }

    @pytest.mark.parametrize("subjects", [[], ["*"], ["repo:*"], ["repo:*/app:ref:x"], ["repo:te?m/app:*"]])
    def test_refuses_ci_of_anybody(self, provider: iam.IOpenIdConnectProvider, subjects: list[str]) -> None:
        with pytest.raises(ConfigurationError, match=r"SubmitterRole.ci subjects: got .* \(ACCESS004\)"):
            SubmitterRole.ci(provider, subjects=subjects)

    @staticmethod
    def trust(stack: Stack) -> list[dict[str, Any]]:
        roles = Template.from_stack(stack).find_resources("AWS::IAM::Role")
        [role] = [item for name, item in roles.items() if name.startswith("Submitter")]
        found: list[dict[str, Any]] = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        return found
