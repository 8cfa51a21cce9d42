"""Jobs before IAM: what ECS does for them by the execution role, and what they are by their job role.

Sources: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html,
https://docs.aws.amazon.com/batch/latest/userguide/execution-IAM-role.html and
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from constructs_lib.local.account import Location
from constructs_lib.local.batch.resources import ComputeEnvironment
from constructs_lib.local.iam.guard import AccessDeniedError, Guard
from constructs_lib.local.iam.requests import Asked, Call, asked_by
from constructs_lib.local.iam.sessions import RoleSession, SessionsAt
from constructs_lib.local.scheduler.jobs.job import Job

_TASKS, _INSTANCES = "ecs-tasks.amazonaws.com", "ec2.amazonaws.com"
_ECR = re.compile(r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[\w-]+)\.amazonaws\.com/(?P<repository>[^:@]+)")
_PULL = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
_RETRIEVAL = (
    "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: "
)
_NO_PULL = "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref {image}: "
_NO_LOGS = (
    "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: "
    "failed to create Cloudwatch log stream: {error} : exit status 1"
)
_NOT_ASSUMED = (
    "ECS was unable to assume the role '{role}' that was provided for this task. Please verify that the role being "
    "passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this "
    "role. {error}"
)

Step = tuple[str, list[Asked]]


class JobRights:
    """IAM, as jobs meet it.

    Args:
        at: gives out sessions of roles, and knows who may do what.
        environment: finds a compute environment by its ARN.
    """

    def __init__(self, at: SessionsAt, environment: Callable[[str], ComputeEnvironment | None]) -> None:
        self._at = at
        self._environment_of = environment

    def environment(self, job: Job) -> dict[str, str]:
        """The credentials that the program of a job finds: its job role's, on an instance else the instance's.

        A program with neither finds none, and its first call of AWS fails.
        """
        try:
            session = self._of_role(job, "jobRoleArn") or self._of_instance(job)
        except AccessDeniedError:
            return {}  # `problem` has told of it
        return session.environment() if session else {}

    def has_role(self, job: Job) -> bool:
        """Whether there is a role whose credentials the program of a job would find in AWS."""
        return bool(job.spec.container.get("jobRoleArn") or self._profile(job))

    def problem(self, job: Job) -> str | None:
        """Why the container of a job cannot be started, in AWS's words; None when it can."""
        for name in ("jobRoleArn", "executionRoleArn"):
            try:
                self._of_role(job, name)
            except AccessDeniedError as error:
                return _NOT_ASSUMED.format(role=job.spec.container[name], error=error)
        try:
            session = self._of_role(job, "executionRoleArn") or self._of_instance(job)
        except AccessDeniedError:
            session = None
        if session is None:
            return None
        for words, questions in self._steps(job):
            try:
                self._guard(job).check(session.principal, questions)
            except AccessDeniedError as error:
                return words.format(error=f"AccessDeniedException: {error}")
        return None

    def may_write(self, job: Job) -> bool:
        """Whether the output of a job gets into its log stream; AWS loses what does not, and tells nobody."""
        try:
            session = self._of_role(job, "executionRoleArn") or self._of_instance(job)
        except AccessDeniedError:
            return False
        return session is None or all(
            self._guard(job).allows(session.principal, asked) for asked in self._logs(job, "PutLogEvents")
        )

    def _steps(self, job: Job) -> Iterator[Step]:
        """What ECS does before the container starts, and how it says that it could not."""
        container = job.spec.container
        for entry in container.get("secrets", []):
            yield self._secret(job, entry["valueFrom"])
        image = _ECR.match(container["image"])
        if image:
            yield (
                _RETRIEVAL + "unable to retrieve ecr registry auth: service call has been retried 1 time(s): {error}",
                [Asked("ecr:GetAuthorizationToken")],
            )
            arn = Location(image["account"], image["region"]).arn("ecr", f"repository/{image['repository']}")
            yield (
                _NO_PULL.format(image=container["image"]) + "{error}",
                [Asked(action, arn) for action in _PULL],
            )
        yield _NO_LOGS, self._logs(job, "CreateLogStream")

    def _secret(self, job: Job, value_from: str) -> Step:
        if ":secretsmanager:" in value_from:
            arn = ":".join(value_from.split(":")[:7])
            call = Call("secretsmanager", "GetSecretValue", {"SecretId": arn})
            words = f"unable to retrieve secret from asm: failed to fetch secret {arn} from secrets manager: {{error}}"
        else:
            name = value_from.partition(":parameter/")[2] or value_from
            call = Call("ssm", "GetParameters", {"Names": [name]})
            words = f"unable to retrieve secrets from ssm: failed to fetch parameter {name}: {{error}}"
        return _RETRIEVAL + words, asked_by(call, self._guard(job).place)

    def _logs(self, job: Job, operation: str) -> list[Asked]:
        configuration: dict[str, Any] = job.spec.container.get("logConfiguration", {})
        group = configuration.get("options", {}).get("awslogs-group")
        if configuration.get("logDriver") != "awslogs" or not group:
            return []
        given = {"logGroupName": group, "logStreamName": job.attempts[-1].log_stream}
        return asked_by(Call("logs", operation, given), self._guard(job).place)

    def _of_role(self, job: Job, name: str) -> RoleSession | None:
        role = job.spec.container.get(name)
        if not role:
            return None
        return self._session(job, role, _TASKS, "ecs", "*")

    def _of_instance(self, job: Job) -> RoleSession | None:
        """The session of the instance that a job runs on; Fargate and tasks of ECS have none."""
        profile = self._profile(job)
        if profile is None:
            return None
        return self._session(job, profile, _INSTANCES, "ec2", "instance/*")

    def _profile(self, job: Job) -> str | None:
        environment = self._environment_of(job.attempts[-1].environment)  # a task of ECS has none
        if environment is None or environment.fargate:
            return None
        return environment.compute.get("instanceRole") or None

    def _session(self, job: Job, role: str, service: str, *source: str) -> RoleSession:
        sessions = self._at(Location.of(job.spec.queue.arn))
        guard = sessions.guard
        arn = role if ":role/" in role else guard.directory.role_arn(role)
        return sessions.of(arn, service, guard.place.arn(*source))

    def _guard(self, job: Job) -> Guard:
        return self._at(Location.of(job.spec.queue.arn)).guard
