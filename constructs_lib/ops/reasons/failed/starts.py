"""Containers that never started: the image, its registry, secrets, logs, volumes, and what Amazon ECS refuses.

On instances Amazon ECS says it of the container, on Fargate of the task, so each text of a job is looked at.
Sources: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html,
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/resource-initialization-error.html and
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html; texts as recorded in the
threads that are named.
"""

from typing import Final

from constructs_lib.ops.reasons.explanations import Cause, Finding, Fix
from constructs_lib.ops.reasons.failed.failed_job import FailedJob
from constructs_lib.ops.reasons.signs import Sign, read, sign

_DEVELOPERS = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide"
_PULL = f"{_DEVELOPERS}/task_cannot_pull_image.html"
_INITIALIZATION = f"{_DEVELOPERS}/resource-initialization-error.html"
_CODES = f"{_DEVELOPERS}/stopped-task-error-codes.html"
_OVERRIDES = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskOverride.html"

_ROUTE = Fix(
    "Give its subnets a route: a NAT gateway, public addresses (assignPublicIp ENABLED in "
    "a public subnet), or for images "
    "in Amazon ECR the endpoints ecr.api, ecr.dkr and S3."
)
_OUTBOUND = Fix("Let the security groups reach port 443.")


def never_started(job: FailedJob) -> Finding | None:
    """Why the container was not started; None for one that was."""
    return read(SIGNS, job.endings, job.words)


SIGNS: Final[tuple[Sign, ...]] = (
    # https://github.com/Netflix/metaflow/issues/1482
    sign(
        Cause.OVERRIDES_TOO_LONG,
        r"Container Overrides length must be at most (?P<most>\d+)",
        "Its container overrides, which are command, environment and resources of the submission, are longer than the "
        "{most} characters that Amazon ECS takes.",
        Fix("Put what is long into S3 and pass its key; the fan-outs of constructs-lib do it by themselves."),
        Fix("Or put what all jobs have in common into the job definition."),
        source=_OVERRIDES,
    ),
    # https://repost.aws/knowledge-center/ecs-pull-container-error-rate-limit
    sign(
        Cause.PULL_RATE,
        r"toomanyrequests|pull rate limit|429 Too Many Requests|Rate exceeded",
        "The registry of {image} lets this address pull no more images for a while.",
        Fix("Copy the image into Amazon ECR, or let Amazon ECR pull it through (a pull-through cache)."),
        Fix("Or give the job credentials of the registry (repositoryCredentials), whose limit is higher."),
        source="https://repost.aws/knowledge-center/ecs-pull-container-error-rate-limit",
    ),
    # https://github.com/azavea/raster-vision/issues/1212
    sign(
        Cause.DISK_FULL,
        r"no space left on device|Thin Pool has \d+ free data blocks",
        "The disk of its instance is full, so that {image} cannot be unpacked.",
        Fix("Give instances a larger root volume by a launch template, or Fargate more ephemeralStorage."),
        Fix("Or make the image smaller."),
        source="https://repost.aws/knowledge-center/batch-job-failure-disk-space",
    ),
    # https://github.com/OvertureMaps/overture-tiles/pull/20
    sign(
        Cause.NO_PULL_RIGHT,
        r"(?:ECR|ecr|pull|"
        r"CannotPull).*not authorized to perform: (?P<action>ecr:\w+)(?: on resource: (?P<resource>\S+))?",
        "{role} may not do {action}, so that {image} cannot be pulled.",
        Fix(
            "Add ecr:GetAuthorizationToken, ecr:BatchGetImage and ecr:GetDownloadUrlForLayer to "
            "the execution role of job "
            "definition {definition}, as the managed policy AmazonECSTaskExecutionRolePolicy has them.",
            "aws iam attach-role-policy --role-name {role_name} --policy-arn "
            "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
        ),
        Fix("If the repository is of another account, its policy has to allow this one."),
        source=_PULL,
    ),
    # https://github.com/awslabs/aws-batch-helpers/issues/4 and
    # https://github.com/RafalWilinski/deploy-with-serverless/issues/11
    sign(
        Cause.NO_PULL_RIGHT,
        r"pull access denied|denied: User|no basic auth credentials|"
        r"does not exist or no pull access|403 Forbidden|: denied:|"
        r"unable to retrieve ecr registry auth.*AccessDenied",
        "The registry does not let it pull {image}, or there is no such repository, which "
        "registries do not tell apart.",
        Fix("See whether the repository exists.", "aws ecr describe-repositories --repository-names {repository}"),
        Fix("Let {role} pull it: AmazonECSTaskExecutionRolePolicy, and the policy of a repository of another account."),
        Fix("For a private registry elsewhere, give the job definition repositoryCredentials."),
        source=_PULL,
    ),
    # https://github.com/aviswerdlow/relay/issues/71
    sign(
        Cause.ARCHITECTURE,
        r"descriptor matching platform '(?P<wanted>[^']+)'|no matching manifest for (?P<other>\S+)|"
        r"does not match the specified platform|image operating system",
        "{image} was not built for the architecture of the place where it runs.",
        Fix(
            "Build it for that architecture.",
            "docker buildx build --platform linux/amd64,linux/arm64 --tag {image} --push .",
        ),
        Fix(
            "Or run the job where its architecture is: instance types such as m7g, or runtimePlatform ARM64 on Fargate."
        ),
        source=_PULL,
    ),
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html
    sign(
        Cause.IMAGE_NOT_FOUND,
        r"manifest for \S+ not found|manifest unknown|: not found|repository \S+ not found|name unknown|ImageNotFound|"
        r"RepositoryNotFound|invalid reference format",
        "There is no image {image}.",
        Fix("See which tags there are.", "aws ecr describe-images --repository-name {repository}"),
        Fix("Push the image, or name one that exists; a lifecycle policy may have deleted it."),
        source=_PULL,
    ),
    # https://github.com/GiamPy5/terraform-aws-directus/issues/10
    sign(
        Cause.SECRET_NOT_READ,
        r"Access to KMS is not allowed",
        "{role} may not decrypt a secret of the job, which is encrypted with a key of its own.",
        Fix("Add kms:Decrypt on that key to {role}, and let the policy of the key allow it."),
        source=_INITIALIZATION,
    ),
    # https://github.com/aws-samples/dify-self-hosted-on-aws/pull/35 and https://github.com/aws/copilot-cli/issues/4504
    sign(
        Cause.SECRET_NOT_READ,
        r"(?i:secret|ssm|asm).*AccessDenied.*not authorized to perform: (?P<action>[\w:]+)"
        r"(?: on resource: (?P<resource>\S+))?",
        "{role} may not do {action} on {resource}, so that a secret of the job cannot be read.",
        Fix("Add {action} on {resource} to the execution role of job definition {definition}."),
        Fix("If the secret is encrypted with an own key, the role needs kms:Decrypt on that key, too."),
        source=_INITIALIZATION,
    ),
    sign(
        Cause.SECRET_NOT_READ,
        r"ResourceNotFoundException: Secrets Manager can't find|invalid ssm parameters: (?P<resource>\S+)|"
        r"can't find the specified secret|retrieved secret from Secrets Manager did not contain json key",
        "A secret that the job definition names does not exist, or has no such key.",
        Fix(
            "See which secrets job definition {definition} names.",
            "aws batch describe-job-definitions --job-definitions {definition}",
        ),
        source=_INITIALIZATION,
    ),
    sign(
        Cause.NO_ROUTE,
        r"unable to pull secrets or registry auth.*(?:RequestError|RequestCanceled|"
        r"context deadline exceeded|i/o timeout|"
        r"network configuration|connection issue|service call has been retried)",
        "The task reaches neither its registry nor its secrets: there is no route from its "
        "subnets, or its security group "
        "lets nothing out.",
        _ROUTE,
        Fix("For secrets, the endpoints secretsmanager or ssm, and for logs the endpoint logs."),
        _OUTBOUND,
        source=_INITIALIZATION,
    ),
    # https://github.com/globaldothealth/list/issues/2662 and
    # https://github.com/ActionIQ/terraform-aws-retool-ecs-fargate/issues/20
    sign(
        Cause.NO_ROUTE,
        r"CannotPull\w*ContainerError.*(?:i/o timeout|Client\.Timeout|request canceled while waiting for connection|"
        r"context deadline exceeded|connection refused|no such host|network is unreachable|"
        r"dial tcp)|CannotPull\w*ContainerError: timeout",
        "The registry of {image} is not reached: there is no route to it from the subnets of the job.",
        _ROUTE,
        _OUTBOUND,
        source=_PULL,
    ),
    # https://github.com/cn-terraform/terraform-aws-ecs-fargate-task-definition/issues/1
    sign(
        Cause.LOG_GROUP,
        r"log group does not exist",
        "The log group of the job does not exist, so that its container is not started: {group}.",
        Fix("Make it.", "aws logs create-log-group --log-group-name {group}"),
        source=_INITIALIZATION,
    ),
    # https://github.com/terraform-aws-modules/terraform-aws-ecs/pull/313
    sign(
        Cause.LOG_GROUP,
        r"(?:logger args|"
        r"logging driver).*not authorized to perform: (?P<action>logs:\w+)(?: on resource: (?P<resource>\S+))?",
        "{role} may not do {action}, so that the container, whose logs have no place, is not started.",
        Fix("Add {action} to the execution role of job definition {definition}, or make log group {group} before."),
        source=_INITIALIZATION,
    ),
    sign(
        Cause.LOG_GROUP,
        r"failed to (?:initialize logging driver|validate logger args)",
        "The log driver of the job cannot be started: its log group or the way to CloudWatch Logs is missing.",
        Fix("See whether log group {group} exists.", "aws logs describe-log-groups --log-group-name-prefix {group}"),
        Fix("In subnets without a route to the internet, make the endpoint logs."),
        source=_INITIALIZATION,
    ),
    # https://github.com/aws/copilot-cli/issues/3350 and https://github.com/acp-io/terraform-grafana/issues/4
    sign(
        Cause.VOLUME,
        r"EFS (?:utils|volumes)|mount\.nfs4|failed to set up EFS|efs-utils|MountVolume|fsx",
        "Its file system cannot be mounted: the directory is not there, the security group of "
        "the file system does not let "
        "it in, or its role lacks a right.",
        Fix("Let the security group of the job reach port 2049 of that of the file system."),
        Fix("Make the directory, or mount an access point that makes it."),
        Fix("With IAM authorization, the job role needs elasticfilesystem:ClientMount and ClientWrite."),
        source=f"{_DEVELOPERS}/efs-best-practices.html",
    ),
    # https://github.com/nrdg/cloudknot/issues/309
    sign(
        Cause.NOT_EXECUTABLE,
        r'exec: "(?P<program>[^"]*)": permission denied',
        "{program}, the command of the job, may not be executed.",
        Fix("Make it executable in the image (chmod +x), or give it to its interpreter: ['python', 'work.py']."),
        source=_CODES,
    ),
    # https://github.com/broadinstitute/cromwell/issues/4604 and https://github.com/nextflow-io/nextflow/issues/5657
    sign(
        Cause.NO_COMMAND,
        r'executable file not found in \$?PATH|exec: "(?P<program>[^"]*)": (?:stat|executable|no such)|'
        r"no such file or directory: unknown|no command specified",
        "The command of the job names a program that {image} does not have.",
        Fix(
            "Name a program of the image, or a shell: command=['sh', '-c', '…']. Without a "
            "command, the image runs its own."
        ),
        source=_CODES,
    ),
    # https://repost.aws/knowledge-center/ecs-unable-to-assume-role
    sign(
        Cause.ROLE_NOT_ASSUMED,
        r"ECS was unable to assume the role '(?P<role>[^']+)'",
        "Amazon ECS cannot take on {role}, which the job definition {definition} names: it "
        "does not exist any more, or does "
        "not trust ecs-tasks.amazonaws.com.",
        Fix("See whether it exists, and whom it trusts.", "aws iam get-role --role-name {role_name}"),
        Fix("Let it trust ecs-tasks.amazonaws.com, or name another role in the job definition."),
        source="https://repost.aws/knowledge-center/ecs-unable-to-assume-role",
    ),
    sign(
        Cause.IMAGE_NOT_PULLED,
        r"CannotPull\w*ContainerError",
        "{image} cannot be pulled.",
        Fix("Pull it where you are, by the same name.", "docker pull {image}"),
        source=_PULL,
    ),
    # https://github.com/aws/amazon-ecs-agent/issues/682 and https://github.com/rstudio/r-builds/pull/140
    sign(
        Cause.START_FAILED,
        r"DockerTimeoutError|ContainerRuntimeTimeoutError|Could not transition to \w+; timed out",
        "Docker did not create or start its container in time: the disk of its instance is slow, as where many "
        "containers start at once, or its log driver does not reach CloudWatch Logs.",
        Fix(
            "Give instances a faster root volume (gp3) by a launch template, or let fewer jobs start on one at a time."
        ),
        Fix("In subnets without a route to the internet, make the endpoint logs."),
        Fix("Let it try again: a retry goes to another instance."),
        source="https://repost.aws/knowledge-center/ecs-fargate-docker-timeout-error",
    ),
    sign(
        Cause.START_FAILED,
        r"CannotCreateContainerError|CannotStartContainerError|ResourceInitializationError|"
        r"ContainerRuntimeError|InternalError: failed to start",
        "Amazon ECS could not create or start its container.",
        Fix("Submit it again, or give it attempts (Retry, which a ContainerJob has): the instance may be at fault."),
        source=_CODES,
    ),
    # What AWS Batch says of the job, whatever the container says: the last, so that the evidence is the container's.
    sign(
        Cause.START_FAILED,
        r"Task failed to start",
        "Amazon ECS could not create or start its container, and does not say why.",
        Fix("Submit it again, or give it attempts (Retry, which a ContainerJob has): the instance may be at fault."),
        source=_CODES,
    ),
)
