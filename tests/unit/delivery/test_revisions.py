from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import Size, Stack
from aws_cdk import aws_logs as logs
from aws_cdk.assertions import Template

from constructs_lib import ConfigurationError, ContainerJob, ImageRepository, JobQueue, JobRevisions, SubmitJob
from constructs_lib.state_machine import BatchStateMachine

Make = Callable[..., Any]


def statements(template: Template, of: str) -> dict[str, dict[str, Any]]:
    """The statements of a role, by their first action."""
    policies = template.find_resources("AWS::IAM::Policy")
    [found] = [policy for name, policy in policies.items() if name.startswith(of)]
    listed = found["Properties"]["PolicyDocument"]["Statement"]
    return {item["Action"] if isinstance(item["Action"], str) else item["Action"][0]: item for item in listed}


def written(value: Any) -> str:
    """An ARN as text, with the name of a resource or ``*`` where CloudFormation puts a value."""
    if "Fn::Join" in value:
        return "".join(part if isinstance(part, str) else written(part) for part in value["Fn::Join"][1])
    return str(value.get("Ref", "*"))


class TestTheFunction:
    @pytest.fixture
    def template(self, stack: Stack, repository: ImageRepository, report: ContainerJob) -> Template:
        JobRevisions(stack, "Revisions", repository=repository, jobs=[report])
        return Template.from_stack(stack)

    def test_registers_the_named_definitions_with_images_of_the_repository_alone(self, template: Template) -> None:
        given = statements(template, "RevisionsRole")
        registering = given["batch:RegisterJobDefinition"]
        name = "arn:AWS::Partition:batch:AWS::Region:AWS::AccountId:job-definition/*"
        assert sorted(map(written, registering["Resource"])) == [name, f"{name}:*"]
        image = registering["Condition"]["StringLike"]["batch:Image"]
        assert image["Fn::Join"][1][-1] == "@sha256:*"
        assert given["batch:TagResource"]["Resource"] == registering["Resource"]

    def test_passes_the_roles_of_the_job_to_ecs_alone(self, template: Template) -> None:
        passing = statements(template, "RevisionsRole")["iam:PassRole"]
        roles = sorted(name for resource in passing["Resource"] for name in [resource["Fn::GetAtt"][0]])
        assert [name.partition("Container")[2][:-8] for name in roles] == ["DefinitionExecutionRole", "JobRole"]
        assert passing["Condition"] == {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}

    def test_may_do_nothing_else(self, template: Template) -> None:
        given = statements(template, "RevisionsRole")
        assert sorted(given) == [
            "batch:DescribeJobDefinitions",
            "batch:RegisterJobDefinition",
            "batch:TagResource",
            "iam:PassRole",
            "logs:CreateLogStream",
        ]
        assert [action for action, item in given.items() if item["Resource"] == "*"] == ["batch:DescribeJobDefinitions"]

    def test_its_log_does_not_stay_for_ever(self, template: Template) -> None:
        [group] = [
            group
            for name, group in template.find_resources("AWS::Logs::LogGroup").items()
            if name.startswith("Revisions")
        ]
        assert group["Properties"]["RetentionInDays"] == 30

    def test_is_called_when_an_image_is_pushed_as_the_newest(self, template: Template) -> None:
        [rule] = template.find_resources("AWS::Events::Rule").values()
        [images] = template.find_resources("AWS::ECR::Repository")
        assert rule["Properties"]["EventPattern"] == {
            "source": ["aws.ecr"],
            "detail-type": ["ECR Image Action"],
            "detail": {
                "action-type": ["PUSH"],
                "result": ["SUCCESS"],
                "repository-name": [{"Ref": images}],
                "image-tag": ["newest"],
            },
        }


def test_options(stack: Stack, repository: ImageRepository, report: ContainerJob) -> None:
    week = logs.RetentionDays.ONE_WEEK
    JobRevisions(stack, "Revisions", repository=repository, jobs=[report], on_push=False, log_retention=week)
    template = Template.from_stack(stack)
    template.resource_count_is("AWS::Events::Rule", 0)
    template.resource_properties_count_is("AWS::Logs::LogGroup", {"RetentionInDays": 7}, 1)


def test_a_state_machine_submits_the_newest_and_may(
    stack: Stack, repository: ImageRepository, report: ContainerJob, make_ec2: Make
) -> None:
    revisions = JobRevisions(stack, "Revisions", repository=repository, jobs=[report])
    queue = JobQueue(stack, "Queue", compute_environments=[make_ec2()])
    run = SubmitJob(stack, "Run", job=revisions.newest(report), queue=queue)
    BatchStateMachine(stack, "Machine", definition=run)
    template = Template.from_stack(stack)
    [machine] = template.find_resources("AWS::StepFunctions::StateMachine").values()
    definition = written(machine["Properties"]["DefinitionString"])
    assert '"JobDefinition":"arn:AWS::Partition:batch:AWS::Region:AWS::AccountId:job-definition/*"' in definition
    resources = statements(template, "MachineRole")["batch:SubmitJob"]["Resource"]
    assert sum(written(resource).endswith("job-definition/*:*") for resource in resources) == 1
    assert sum(written(resource).endswith("job-definition/*") for resource in resources) == 1


def test_no_job_is_refused(stack: Stack, repository: ImageRepository) -> None:
    with pytest.raises(ConfigurationError, match=r"JobRevisions 'Stack/Revisions'.*jobs.*: got no job.*\(IMAGE007\)"):
        JobRevisions(stack, "Revisions", repository=repository, jobs=[])


def test_a_job_that_runs_an_image_of_elsewhere_is_refused(
    stack: Stack, repository: ImageRepository, report: ContainerJob
) -> None:
    other = ImageRepository(stack, "Other")
    size = {"vcpus": 1, "memory": Size.mebibytes(512)}
    stranger = ContainerJob(stack, "Stranger", image=other.image(), **size)
    message = r"jobs.*1.*: got Stack/Stranger, .* has to be in Stack/Images \(IMAGE007\)"
    with pytest.raises(ConfigurationError, match=message):
        JobRevisions(stack, "Revisions", repository=repository, jobs=[report, stranger])


def test_the_newest_of_a_job_that_is_not_registered(stack: Stack, repository: ImageRepository, make_job: Make) -> None:
    report = make_job(image=repository.image())
    revisions = JobRevisions(stack, "Revisions", repository=repository, jobs=[report])
    other = ContainerJob(stack, "Other", image=repository.image(), vcpus=1, memory=Size.mebibytes(512))
    with pytest.raises(KeyError):
        revisions.newest(other)
