"""The template of a submit, which copies vary, and the state that submits it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self, TypedDict, Unpack

from aws_cdk import Size
from aws_cdk import aws_batch as batch
from aws_cdk import aws_iam as iam
from constructs import Construct, IConstruct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.names import check_tags
from constructs_lib.jobs.placement.fit import check_fit
from constructs_lib.workflows.states.task import TaskState
from constructs_lib.workflows.submit.changes import check_changes, check_length, check_sizes
from constructs_lib.workflows.submit.dependencies import check_dependencies, dependencies
from constructs_lib.workflows.submit.job_kinds import check_kind, submit_resource
from constructs_lib.workflows.submit.job_options import (
    JobOptions,
    check_array_size,
    check_job_name,
    check_state_name,
    valid_job_name,
)
from constructs_lib.workflows.submit.overrides import check_overrides, container_overrides
from constructs_lib.workflows.submit.permissions import SUBMITTED_BY, submit, submit_and_stop
from constructs_lib.workflows.submit.revisions import submitted_revision
from constructs_lib.workflows.submit.share import check_priority_in_share, check_share
from constructs_lib.workflows.submit.throttling import retry_throttled_batch


class SubmitChanges(TypedDict, total=False):
    """The fields that `SubmitTemplate.with_` can change; `SubmitTemplate` documents them."""

    array_size: int | str | None
    depends_on: Sequence[str]
    n_to_n: bool
    wait: bool
    job_name: str | None
    environment: Mapping[str, str] | str | None
    parameters: Mapping[str, str] | None
    options: JobOptions
    further_queues: Sequence[batch.IJobQueue]
    replaced: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class SubmitTemplate:
    """The arguments of one submit, with the same names as those of `SubmitJob`.

    Args:
        job: the job definition.
        queue: the job queue that the job is submitted to.
        submitted_by: value of the tag that marks the jobs.
        options: passed to AWS Batch unchanged. Default: the definition's.
        array_size: children of an array job. Default: a single job.
        depends_on: ids of jobs. Default: no dependencies.
        n_to_n: let each child wait for the child of its index. Default: no.
        wait: end when the job has ended. Default: yes.
        job_name: a name, or an expression. Default: from the name of the state.
        environment: variables, or an expression for a list of them in the form of AWS. Default: the definition's.
        command: replaces the definition's. Default: the definition's.
        parameters: values for ``Ref::name``. Default: the definition's.
        vcpus: number of vCPUs; replaces the definition's. Default: the definition's.
        memory: replaces the definition's. Default: the definition's.
        gpus: number of GPUs; replaces the definition's. Default: the definition's.
        further_queues: other queues to which an expression in ``replaced`` may submit. Default: no other queues.
        replaced: arguments of the call in the form of AWS, which replace those made of the other fields. Default:
            empty.
    """

    job: batch.IJobDefinition
    queue: batch.IJobQueue
    submitted_by: str
    options: JobOptions = field(default_factory=JobOptions)
    array_size: int | str | None = None
    depends_on: Sequence[str] = ()
    n_to_n: bool = False
    wait: bool = True
    job_name: str | None = None
    environment: Mapping[str, str] | str | None = None
    command: Sequence[str] | None = None
    parameters: Mapping[str, str] | None = None
    vcpus: float | None = None
    memory: Size | None = None
    gpus: int | None = None
    further_queues: Sequence[batch.IJobQueue] = ()
    replaced: Mapping[str, Any] = field(default_factory=dict)

    def with_(self, **changes: Unpack[SubmitChanges]) -> Self:
        """A copy with some parts changed."""
        return replace(self, **changes)

    def marked(self, submitted_by: str) -> Self:
        """A copy whose jobs have another mark."""
        return replace(self, submitted_by=submitted_by)

    def state(self, scope: Construct, construct_id: str, *, outputs: Any, comment: str) -> "SubmitState":
        """A state that submits this template.

        Args:
            scope: the construct that it belongs to.
            construct_id: its id in the scope, and the name of the state.
            outputs: the output of the state.
            comment: what the state does, for readers of the definition.
        """
        self.check(scope, construct_id)
        return SubmitState(scope, construct_id, self, outputs=outputs, comment=comment)

    def check(self, scope: Construct, construct_id: str) -> None:
        """Refuse arguments that AWS Batch or Step Functions would reject.

        Args:
            scope: of the state.
            construct_id: of the state.
        """
        place = ArgumentPath("SubmitJob", scope, construct_id)
        check_state_name(place, construct_id)
        self.check_submit(place)

    def check_submit(self, place: ArgumentPath) -> None:
        """Refuse arguments that AWS Batch would reject.

        Args:
            place: what submits.
        """
        check_array_size(place, self.array_size)
        check_dependencies(place, self.depends_on, n_to_n=self.n_to_n, array_size=self.array_size)
        check_job_name(place, self.job_name)
        check_overrides(place, self.environment, self.memory)
        self.options.check(place)
        check_tags(place.of("submitted_by"), {SUBMITTED_BY: self.submitted_by})
        check_share(place, self.options.share_identifier, self.queue)
        changes = {
            "environment": self.environment,
            "command": self.command,
            "vcpus": self.vcpus,
            "memory": self.memory,
            "gpus": self.gpus,
        }
        check_kind(place, self.job, self.queue, changes, self.array_size, wait=self.wait)
        check_priority_in_share(place, self.job, self.options.scheduling_priority, self.queue)
        check_changes(place, self.job, environment=self.environment, command=self.command, parameters=self.parameters)
        check_sizes(place, self.job, vcpus=self.vcpus, memory=self.memory, gpus=self.gpus)
        check_length(place, self._overrides)
        check_fit(place.of("queue"), self.job, self.queue, vcpus=self.vcpus, memory=self.memory, gpus=self.gpus)

    def arguments(self, scope: IConstruct, construct_id: str) -> dict[str, Any]:
        """The arguments of the state, in the form of Step Functions.

        Args:
            scope: the construct that submits.
            construct_id: of the state; the default for the name of the job.
        """
        arguments = {
            "JobName": self.job_name or valid_job_name(construct_id),
            "JobDefinition": submitted_revision(scope, self.job),
            "JobQueue": self.queue.job_queue_arn,
            "ArrayProperties": {"Size": self.array_size} if self.array_size is not None else None,
            "DependsOn": dependencies(self.depends_on, n_to_n=self.n_to_n),
            "ContainerOverrides": self._overrides,
            "Parameters": dict(self.parameters) if self.parameters else None,
            **self.options.arguments(),
            "Tags": {**(self.options.tags or {}), SUBMITTED_BY: self.submitted_by},
            **self.replaced,
        }
        return {name: value for name, value in arguments.items() if value is not None}

    def statements(self, scope: IConstruct) -> list[iam.PolicyStatement]:
        """The permissions that the state needs in the role of the state machine."""
        queues = (self.queue, *self.further_queues)
        if not self.wait:
            return [submit(scope, self.job, queue) for queue in queues]
        return [
            statement for queue in queues for statement in submit_and_stop(scope, self.job, queue, self.submitted_by)
        ]

    @property
    def _overrides(self) -> dict[str, Any] | None:
        return container_overrides(
            environment=self.environment,
            command=self.command,
            vcpus=self.vcpus,
            memory=self.memory,
            gpus=self.gpus,
        )


class SubmitState(TaskState):
    """A state that submits a template.

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope, and the name of the state.
        template: of the submit, checked.
        outputs: the output of the state.
        comment: what the state does, for readers of the definition.
        retry_throttled: submit again when AWS Batch throttles. Default: yes.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        template: SubmitTemplate,
        *,
        outputs: Any,
        comment: str,
        retry_throttled: bool = True,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            resource=submit_resource(template.job, wait=template.wait),
            arguments=template.arguments(scope, construct_id),
            outputs=outputs,
            statements=template.statements(scope),
            comment=comment,
        )
        if retry_throttled:
            retry_throttled_batch(self)
