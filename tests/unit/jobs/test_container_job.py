from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import CfnParameter, Duration, Size, Stack, Token, assertions
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_stepfunctions_tasks as tasks
from aws_cdk.assertions import Annotations, Match

from constructs_lib import ConfigurationError, ContainerJob, JobImage, JobSecret, Platform, Retry
from tests.unit.resources import id_of, job, named, resources

Template = dict[str, Any]
Make = Callable[..., ContainerJob]


class TestDefault:
    def test_size(self, default: Template) -> None:
        assert job(default, "OnEc2")["ContainerProperties"]["ResourceRequirements"] == [
            {"Type": "MEMORY", "Value": "2048"},
            {"Type": "VCPU", "Value": "1"},
        ]

    def test_platform(self, default: Template) -> None:
        assert job(default, "OnEc2")["PlatformCapabilities"] == ["EC2"]
        assert job(default, "OnFargate")["PlatformCapabilities"] == ["FARGATE"]

    def test_the_job_role_has_no_rights_and_serves_this_account_only(self, default: Template) -> None:
        role = named(default, "AWS::IAM::Role", "OnEc2ContainerJobRole")
        (statement,) = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        assert statement["Principal"] == {"Service": "ecs-tasks.amazonaws.com"}
        assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
        assert not {"ManagedPolicyArns", "Policies"} & set(role["Properties"])
        policies = resources(default, "AWS::IAM::Policy").values()
        holders = [holder["Ref"] for policy in policies for holder in policy["Properties"]["Roles"]]
        assert id_of(default, role) not in holders

    def test_the_execution_role_writes_to_the_jobs_own_log_group_only(self, default: Template) -> None:
        policy = named(default, "AWS::IAM::Policy", "OnEc2ContainerDefinitionExecutionRoleDefaultPolicy")
        logs = id_of(default, named(default, "AWS::Logs::LogGroup", "OnEc2ContainerLogs"))
        assert policy["Properties"]["PolicyDocument"]["Statement"] == [
            {
                "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                "Effect": "Allow",
                "Resource": {"Fn::GetAtt": [logs, "Arn"]},
            }
        ]

    def test_the_execution_role_pulls_a_built_image(self, default: Template) -> None:
        policy = named(default, "AWS::IAM::Policy", "OnFargateContainerDefinitionExecutionRoleDefaultPolicy")
        [pull] = [
            statement
            for statement in policy["Properties"]["PolicyDocument"]["Statement"]
            if "ecr:BatchGetImage" in statement["Action"]
        ]
        assert pull["Action"] == ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"]
        assert "repository/" in str(pull["Resource"])

    def test_logs_go_with_the_stack_and_after_a_month(self, default: Template) -> None:
        group = named(default, "AWS::Logs::LogGroup", "OnEc2ContainerLogs")
        assert (group["Properties"], group["DeletionPolicy"]) == ({"RetentionInDays": 30}, "Delete")
        configuration = job(default, "OnEc2")["ContainerProperties"]["LogConfiguration"]
        assert configuration["Options"]["awslogs-group"] == {"Ref": id_of(default, group)}

    def test_an_attempt_ends_after_an_hour(self, default: Template) -> None:
        assert job(default, "OnEc2")["Timeout"] == {"AttemptDurationSeconds": 3600}

    def test_tags_reach_the_tasks_and_names_are_left_to_cloudformation(self, default: Template) -> None:
        assert job(default, "OnEc2")["PropagateTags"] is True
        assert "JobDefinitionName" not in job(default, "OnEc2")

    def test_fargate_gets_no_public_address_and_says_what_it_runs_on(self, default: Template) -> None:
        container = job(default, "OnFargate")["ContainerProperties"]
        assert container["NetworkConfiguration"] == {"AssignPublicIp": "DISABLED"}
        assert container["FargatePlatformConfiguration"] == {"PlatformVersion": "LATEST"}
        assert container["RuntimePlatform"] == {"CpuArchitecture": "X86_64", "OperatingSystemFamily": "LINUX"}


class TestCustom:
    def test_size_with_gpus(self, custom: Template) -> None:
        requirements = job(custom, "OnEc2")["ContainerProperties"]["ResourceRequirements"]
        assert {each["Type"]: each["Value"] for each in requirements} == {"MEMORY": "16384", "VCPU": "4", "GPU": "1"}

    def test_command_with_parameters(self, custom: Template) -> None:
        properties = job(custom, "OnEc2")
        assert properties["ContainerProperties"]["Command"] == ["run", "Ref::input"]
        assert properties["Parameters"] == {"input": "none"}

    def test_a_tuple_is_as_good_as_a_list(self, make_job: Make) -> None:
        assert make_job(command=("run", "fast"), volumes=()).container.command == ["run", "fast"]

    def test_environment_and_secrets(self, custom: Template) -> None:
        container = job(custom, "OnEc2")["ContainerProperties"]
        secret = id_of(custom, named(custom, "AWS::SecretsManager::Secret", "Secret"))
        assert container["Environment"] == [{"Name": "MODE", "Value": "fast"}]
        assert container["Secrets"] == [{"Name": "TOKEN", "ValueFrom": {"Ref": secret}}]
        policy = named(custom, "AWS::IAM::Policy", "OnEc2ContainerDefinitionExecutionRoleDefaultPolicy")
        [read] = [
            statement
            for statement in policy["Properties"]["PolicyDocument"]["Statement"]
            if "secretsmanager:GetSecretValue" in statement["Action"]
        ]
        assert read["Action"] == ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"]
        assert read["Resource"] == {"Ref": secret}

    def test_what_is_granted_to_the_job_is_all_that_its_role_may_do(self, custom: Template) -> None:
        policy = named(custom, "AWS::IAM::Policy", "OnEc2ContainerJobRoleDefaultPolicy")["Properties"]
        role = id_of(custom, named(custom, "AWS::IAM::Role", "OnEc2ContainerJobRole"))
        (statement,) = policy["PolicyDocument"]["Statement"]
        assert statement["Action"] == ["s3:GetObject*", "s3:GetBucket*", "s3:List*"]
        assert policy["Roles"] == [{"Ref": role}]

    def test_retry(self, custom: Template) -> None:
        assert job(custom, "OnEc2")["RetryStrategy"] == {
            "Attempts": 5,
            "EvaluateOnExit": [{"Action": "EXIT", "OnExitCode": "*"}],
        }

    def test_container_options(self, custom: Template) -> None:
        container = job(custom, "OnEc2")["ContainerProperties"]
        assert (container["User"], container["ReadonlyRootFilesystem"]) == ("1000:1000", True)
        assert container["LinuxParameters"] == {"InitProcessEnabled": True}
        assert container["Volumes"] == [{"Name": "scratch", "Host": {"SourcePath": "/mnt/scratch"}}]

    def test_definition_options(self, custom: Template) -> None:
        properties = job(custom, "OnEc2")
        assert properties["Timeout"] == {"AttemptDurationSeconds": 86_400}
        assert (properties["SchedulingPriority"], properties["PropagateTags"]) == (7, False)
        assert properties["JobDefinitionName"] == "on-ec2"

    def test_log_retention(self, custom: Template) -> None:
        group = named(custom, "AWS::Logs::LogGroup", "OnEc2ContainerLogs")
        assert group["Properties"]["RetentionInDays"] == 365

    def test_small_fargate_job_on_arm_as_its_image(self, custom: Template) -> None:
        container = job(custom, "OnFargate")["ContainerProperties"]
        assert container["RuntimePlatform"]["CpuArchitecture"] == "ARM64"
        assert {each["Value"] for each in container["ResourceRequirements"]} == {"512", "0.25"}
        assert container["EphemeralStorage"] == {"SizeInGiB": 50}

    def test_own_roles_and_logs_instead_of_new_ones(self, custom: Template) -> None:
        container = job(custom, "OnFargate")["ContainerProperties"]
        assert container["JobRoleArn"]["Fn::GetAtt"][0].startswith("OwnJobRole")
        assert container["ExecutionRoleArn"]["Fn::GetAtt"][0].startswith("OwnExecutionRole")
        assert container["LogConfiguration"]["Options"]["awslogs-group"]["Ref"].startswith("OwnLogs")
        assert not [name for name in custom["Resources"] if name.startswith("OnFargateContainer")]


def test_exposes_what_it_made_and_was_given(make_job: Make) -> None:
    made = make_job(platform=Platform.FARGATE)
    assert (made.platform, made.vcpus, made.memory.to_mebibytes(), made.gpus) == (Platform.FARGATE, 1, 2048, 0)
    assert made.container.job_role is made.job_role
    assert made.grant_principal is made.job_role
    assert made.log_group.log_group_name
    assert made.image.architecture is None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"vcpus": 0.5}, "vcpus: got 0.5 vCPUs, jobs on EC2 have whole vCPUs, at least 1 (BATCH012). Ask for 1, or"),
        ({"vcpus": 2.5}, "vcpus: got 2.5 vCPUs, jobs on EC2 have whole vCPUs, at least 1 (BATCH012). Ask for 3, or"),
        ({"memory": Size.mebibytes(3)}, "memory: got 3 MiB, jobs on EC2 have whole MiB, at least 4"),
        ({"memory": Size.kibibytes(5000)}, "memory: got 4.88281 MiB, jobs on EC2 have whole MiB"),
        ({"gpus": -1}, "gpus: got -1, AWS Batch allows 0 or more"),
        ({"gpus": 1, "platform": Platform.FARGATE}, "gpus: got 1 GPUs on Fargate, Fargate has no GPUs"),
        ({"ephemeral_storage": Size.gibibytes(30)}, "ephemeral_storage: got a value on EC2, only jobs on Fargate"),
        ({"architecture": ec2.InstanceArchitecture.ARM_64}, "architecture: got a value on EC2, only jobs on Fargate"),
        (
            {"platform": Platform.FARGATE, "ephemeral_storage": Size.gibibytes(20)},
            "ephemeral_storage: got 20 GiB, AWS Batch allows 21 to 200 GiB",
        ),
        (
            {
                "platform": Platform.FARGATE,
                "architecture": ec2.InstanceArchitecture.X86_64,
                "image": JobImage.from_registry("busybox:1.37", architecture=ec2.InstanceArchitecture.ARM_64),
            },
            "architecture: got X86_64 with an image for ARM_64, the image of a job is built for the processor of",
        ),
        (
            {"environment": {"AWS_BATCH_X": "1"}},
            "environment: got an environment variable AWS_BATCH_X, AWS Batch reserves",
        ),
        ({"timeout": Duration.seconds(59)}, "timeout: got 59 s, AWS Batch allows 60 or more s (BATCH013)."),
        ({"scheduling_priority": 10_000}, "scheduling_priority: got 10,000, AWS Batch allows 0 to 9,999"),
        ({"retry": Retry(attempts=0)}, "retry.attempts: got 0, AWS Batch allows 1 to 10"),
        ({"retry": Retry(attempts=11)}, "retry.attempts: got 11, AWS Batch allows 1 to 10"),
    ],
)
def test_refuses(stack: Stack, make_job: Make, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        make_job(**options)
    assert str(caught.value).startswith("ContainerJob 'Stack/Job' ")
    assert message in str(caught.value)
    assert not stack.node.children, "a refused job leaves nothing behind"


def test_refuses_a_secret_of_a_reserved_name(stack: Stack, make_job: Make) -> None:
    secret = JobSecret.from_secrets_manager(secretsmanager.Secret(stack, "Secret"))
    with pytest.raises(
        ConfigurationError, match="secrets: got an environment variable AWS_BATCH_X, AWS Batch reserves"
    ):
        make_job(secrets={"AWS_BATCH_X": secret})


@pytest.mark.parametrize(("keep", "policy"), [(True, {"SkipDeregisterOnUpdate": True}), (False, None)])
def test_revisions_are_kept_or_retired(
    stack: Stack, make_job: Make, keep: bool, policy: dict[str, bool] | None
) -> None:
    make_job(keep_revisions=keep)
    template = dict(assertions.Template.from_stack(stack).to_json())
    assert job(template, "Job").get("ResourceRetentionPolicy") == policy


def test_refuses_more_conditions_than_aws_batch_takes(make_job: Make) -> None:
    exit_codes = (batch.Reason.custom(on_exit_code=str(code)) for code in range(6))
    conditions = tuple(batch.RetryStrategy.of(batch.Action.RETRY, reason) for reason in exit_codes)
    with pytest.raises(ConfigurationError, match="got 6 conditions, AWS Batch allows 5 per job"):
        make_job(retry=Retry(conditions=conditions))


def test_tokens_pass(stack: Stack, make_job: Make) -> None:
    number = CfnParameter(stack, "Number", type="Number").value_as_number
    made = make_job(
        vcpus=number,
        memory=Size.mebibytes(number),
        timeout=Duration.seconds(number),
        environment={"VALUE": Token.as_string({"Ref": "Value"})},
        retry=Retry(attempts=number),
    )
    assert stack.resolve(made.vcpus) == {"Ref": "Number"}


def test_a_size_that_is_half_known_is_judged_by_that_half(stack: Stack, make_job: Make) -> None:
    number = CfnParameter(stack, "Number", type="Number").value_as_number
    with pytest.raises(ConfigurationError, match=r"got 3 vCPU, Fargate offers 0\.25, 0\.5, 1, 2, 4, 8 or 16 vCPU"):
        make_job(platform=Platform.FARGATE, vcpus=3, memory=Size.mebibytes(number))
    with pytest.raises(ConfigurationError, match="got 1 GPUs on Fargate"):
        make_job(platform=Platform.FARGATE, vcpus=number, gpus=1)


@pytest.mark.parametrize("name", ["busybox", "busybox:latest"])
def test_warns_of_an_image_that_moves(stack: Stack, make_job: Make, name: str) -> None:
    make_job(image=JobImage.from_registry(name))
    (warning,) = Annotations.from_stack(stack).find_warning("/Stack/Job", Match.any_value())
    assert "The image has no tag, or the tag `latest`" in str(warning.entry.data)


class TestWithPlainConstructs:
    def test_our_job_in_a_plain_task(self, stack: Stack, make_job: Make) -> None:
        queue = batch.JobQueue.from_job_queue_arn(
            stack, "Queue", "arn:aws:batch:eu-west-1:123456789012:job-queue/shared"
        )
        task = tasks.BatchSubmitJob(
            stack,
            "Submit",
            job_name="job",
            job_definition_arn=make_job().job_definition_arn,
            job_queue_arn=queue.job_queue_arn,
        )
        assert task.id == "Submit"

    def test_a_plain_role_may_submit_our_job(self, stack: Stack, make_job: Make) -> None:
        made = make_job()
        queue = batch.JobQueue.from_job_queue_arn(
            stack, "Queue", "arn:aws:batch:eu-west-1:123456789012:job-queue/shared"
        )
        submitter = ContainerJob(
            stack,
            "Submitter",
            image=JobImage(ecs.ContainerImage.from_registry("busybox:1.37")),
            vcpus=1,
            memory=Size.mebibytes(128),
        )
        made.grant_submit_job(submitter, queue)
        assert submitter.job_role.node.find_child("DefaultPolicy")
