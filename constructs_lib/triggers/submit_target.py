"""A job or an array job that a trigger submits without a state machine."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Unpack

import jsii
from aws_cdk import Size, Stack
from aws_cdk import aws_batch as batch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.checked.options import documented, flat
from constructs_lib.core.pseudo import partition
from constructs_lib.rules import Rule
from constructs_lib.workflows.states.expressions import is_jsonata
from constructs_lib.workflows.states.texts import check_texts
from constructs_lib.workflows.submit.job_options import JobOptions, SubmitOptions
from constructs_lib.workflows.submit.permissions import job_mark
from constructs_lib.workflows.submit.template import SubmitTemplate

_TEXTS: Final = ("array_size", "job_name", "environment", "command", "parameters")


@checked
@documented
@jsii.implements(scheduler.IScheduleTarget)
class SubmitTarget:
    """A job or an array job that a trigger submits to AWS Batch, without a state machine and without a function.

    As the target of an `UploadTrigger` or a `QueueTrigger`, its texts may be JSONata expressions over what came, such
    as ``parameters={"key": "{% $states.input.key %}"}``. As the target of a `ScheduleTrigger` they may have the
    keywords of EventBridge Scheduler in them, such as ``<aws.scheduler.scheduled-time>``. It also is a target of
    aws-cdk-lib's ``aws_scheduler.Schedule``.

    AWS Batch has no way to tell that it was asked twice: where AWS delivers twice, the job runs twice.
    Sources: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html and
    https://docs.aws.amazon.com/batch/latest/APIReference/API_SubmitJob.html

    Args:
        job: the job definition, of this app or imported. Of a `MultiContainerJob` or a `MultiNodeJob`, only the
            parameters can be changed.
        queue: the job queue that the job is submitted to, of this app or imported.
        array_size: children of an array job, 2 to 10,000. Default: a single job.
        job_name: letters, digits, hyphens and underscores. Default: the id of the trigger.
        environment: environment variables, added to the definition's. Default: the definition's.
        command: replaces the definition's. Default: the definition's.
        parameters: values for ``Ref::name`` in the command. Default: the definition's.
        vcpus: number of vCPUs; replaces the definition's. Default: the definition's.
        memory: a whole number of MiB; replaces the definition's. Default: the definition's.
        gpus: number of GPUs; replaces the definition's. Default: the definition's.

    Raises:
        ConfigurationError: what AWS Batch would refuse, or a job that this queue can never run; raised when a trigger
            is made with it, whose name the message has.
    """

    @flat
    def __init__(
        self,
        *,
        job: batch.IJobDefinition,
        queue: batch.IJobQueue,
        array_size: int | str | None = None,
        job_name: str | None = None,
        environment: Mapping[str, str] | None = None,
        command: Sequence[str] | None = None,
        parameters: Mapping[str, str] | None = None,
        vcpus: float | None = None,
        memory: Size | None = None,
        gpus: int | None = None,
        **options: Unpack[SubmitOptions],
    ) -> None:
        self.job = job
        self.queue = queue
        self._template = SubmitTemplate(
            job=job,
            queue=queue,
            submitted_by="",  # the path of the trigger, which makes it known
            options=JobOptions.of(options),
            array_size=array_size,
            wait=False,
            job_name=job_name,
            environment=environment,
            command=command,
            parameters=parameters,
            vcpus=vcpus,
            memory=memory,
            gpus=gpus,
        )

    def check(self, place: ArgumentPath, *, evaluated: bool) -> None:
        """Refuse what AWS Batch would refuse, and expressions that nobody evaluates.

        Args:
            place: the trigger.
            evaluated: whether there is an input, and JSONata over it is evaluated.
        """
        place = ArgumentPath("SubmitTarget", place.scope, place.construct_id)
        self._template.check_submit(place)
        for name in _TEXTS:
            value = getattr(self._template, name)
            if evaluated:
                check_texts(place.within(name), value)
            else:
                _check_plain(place.within(name), value)
        if not evaluated:
            _check_plain(place.within("share_identifier"), self._template.options.share_identifier)
            _check_plain(place.within("tags"), self._template.options.tags)

    def request(self, scope: Construct, construct_id: str) -> Mapping[str, Any]:
        """The arguments of SubmitJob, in the case in which EventBridge Scheduler and Step Functions take them.

        Args:
            scope: the construct that submits.
            construct_id: of the trigger; the default for the name of the job.
        """
        marked = self._template.marked(job_mark(scope, construct_id))
        return marked.arguments(scope, construct_id)

    def statements(self, scope: Construct) -> list[iam.PolicyStatement]:
        """The permissions that the request needs: to submit this definition, in all its revisions, to this queue.

        Args:
            scope: what has the policy.
        """
        return self._template.statements(scope)

    @jsii.member(jsii_name="bind")
    def bind(self, schedule: scheduler.ISchedule) -> scheduler.ScheduleTargetConfig:
        """The target for a ``Schedule`` of aws-cdk-lib, which calls this.

        Args:
            schedule: the schedule; a role for it is made beside it.
        """
        scope = Stack.of(schedule)
        name = f"{schedule.node.id}{schedule.node.addr[-8:]}"
        self.check(ArgumentPath("SubmitTarget", scope, schedule.node.id), evaluated=False)
        role = iam.Role(scope, f"{name}Role", assumed_by=iam.ServicePrincipal("scheduler.amazonaws.com"))
        for statement in self.statements(role):
            role.add_to_policy(statement)
        return scheduler.ScheduleTargetConfig(
            arn=f"arn:{partition()}:scheduler:::aws-sdk:batch:submitJob",
            role=role,
            input=scheduler.ScheduleTargetInput.from_object(self.request(scope, schedule.node.id)),
        )


def _check_plain(place: ArgumentPath, value: object) -> None:
    """Refuse an expression where nothing evaluates it, and it would be used literally."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            _check_plain(place.within(key), each)
    elif isinstance(value, list | tuple):
        for index, each in enumerate(value):
            _check_plain(place.at(index), each)
    elif is_jsonata(value):
        raise Rule.SCHEDULED_EXPRESSION.error(
            place,
            got=repr(value),
            expected="a schedule has no input, and EventBridge Scheduler evaluates no JSONata",
            fix="Write a literal, a keyword such as <aws.scheduler.scheduled-time>, or start a state machine instead.",
        )
