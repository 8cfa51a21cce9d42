"""Job definitions follow their image: each new image is a new revision."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_batch as batch
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.arns import definition_name, own_definitions
from constructs_lib.core.checked.arguments import checked
from constructs_lib.images.repository import NEWEST, ImageRepository
from constructs_lib.jobs.container_job import ContainerJob
from constructs_lib.rules import Rule

_CODE: Final = Path(__file__).parent / "register_revision.py"


@checked
class JobRevisions(Construct):
    """A function that registers job definitions again when there is a new image, by the digest of that image.

    Everything else of a revision stays as it is in the newest one. A job runs what it was submitted with; `newest` is
    the definition to submit from now on. The function may register these definitions with images of this repository,
    and nothing else; it does nothing when the newest revision has the image already.
    Sources: https://docs.aws.amazon.com/batch/latest/APIReference/API_RegisterJobDefinition.html and
    https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        repository: where the images are.
        jobs: which run an image of the repository, as ``repository.image()``.
        on_push: whether EventBridge calls it when an image is pushed as ``newest``. ECR delivers these events on a
            best-effort basis; for certainty call `function`, as `ImagePipeline` does. Default: yes.
        log_retention: how long the log of the function stays. Default: one month.

    Raises:
        ConfigurationError: no job, or one that runs an image from another repository.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        repository: ImageRepository,
        jobs: Sequence[ContainerJob],
        on_push: bool = True,
        log_retention: logs.RetentionDays = logs.RetentionDays.ONE_MONTH,
    ) -> None:
        place = ArgumentPath("JobRevisions", scope, construct_id)
        _check_jobs(place.of("jobs"), repository, jobs)
        super().__init__(scope, construct_id)
        self._newest = {job: self._without_revision(job) for job in jobs}
        self.function = self._make_function(repository, log_retention)
        for statement in self._statements(repository):
            self.function.add_to_role_policy(statement)
        if on_push:
            self._call_on_push(repository)

    def newest(self, job: ContainerJob) -> batch.IJobDefinition:
        """The definition by its name alone: a submit runs the newest revision.

        Raises:
            KeyError: the job is none of these.
        """
        return self._newest[job]

    def _without_revision(self, job: ContainerJob) -> batch.IJobDefinition:
        return batch.EcsJobDefinition.from_job_definition_arn(
            self, f"Newest-{job.node.addr}", own_definitions(definition_name(job))
        )

    def _make_function(self, repository: ImageRepository, retention: logs.RetentionDays) -> lambda_.Function:
        log_group = logs.LogGroup(self, "Logs", retention=retention, removal_policy=RemovalPolicy.DESTROY)
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log_group.grant_write(role)
        return lambda_.Function(
            self,
            "Function",
            description="Registers job definitions with a new image",
            runtime=lambda_.Runtime.PYTHON_3_14,
            architecture=lambda_.Architecture.ARM_64,
            handler="index.handler",
            code=lambda_.Code.from_inline(_CODE.read_text(encoding="utf-8")),
            environment={
                "REPOSITORY": repository.repository_uri,
                "JOBS": json.dumps([definition_name(job) for job in self._newest]),
            },
            role=role,
            log_group=log_group,
            timeout=Duration.minutes(1),
        )

    def _statements(self, repository: ImageRepository) -> list[iam.PolicyStatement]:
        names = [own_definitions(definition_name(job)) for job in self._newest]
        definitions = [arn for name in names for arn in (name, f"{name}:*")]
        roles = [role for job in self._newest for role in (job.job_role, job.container.execution_role)]
        return [
            iam.PolicyStatement(actions=["batch:DescribeJobDefinitions"], resources=["*"]),  # AWS has no narrower one
            iam.PolicyStatement(
                actions=["batch:RegisterJobDefinition"],
                resources=definitions,
                conditions={"StringLike": {"batch:Image": f"{repository.repository_uri}@sha256:*"}},
            ),
            iam.PolicyStatement(actions=["batch:TagResource"], resources=definitions),
            iam.PolicyStatement(
                actions=["iam:PassRole"],
                resources=list(dict.fromkeys(role.role_arn for role in roles)),
                conditions={"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
            ),
        ]

    def _call_on_push(self, repository: ImageRepository) -> None:
        events.Rule(
            self,
            "OnPush",
            description="An image was pushed as the newest",
            event_pattern=events.EventPattern(
                source=["aws.ecr"],
                detail_type=["ECR Image Action"],
                detail={
                    "action-type": ["PUSH"],
                    "result": ["SUCCESS"],
                    "repository-name": [repository.repository_name],
                    "image-tag": [NEWEST],
                },
            ),
            targets=[targets.LambdaFunction(self.function)],
        )


def _check_jobs(place: ArgumentPath, repository: ImageRepository, jobs: Sequence[ContainerJob]) -> None:
    if not jobs:
        raise Rule.REVISED_JOBS.error(
            place,
            got="no job",
            expected="a new image is a new revision of at least one",
            fix="Pass the jobs that run images of the repository.",
        )
    for index, job in enumerate(jobs):
        if job.image.repository is not repository:
            raise Rule.REVISED_JOBS.error(
                place.at(index),
                got=f"{job.node.path}, which runs an image of elsewhere",
                expected=f"its image has to be in {repository.node.path}",
                fix="Make the job with image=repository.image().",
            )
