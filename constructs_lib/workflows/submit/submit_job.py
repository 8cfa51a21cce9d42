"""A state that submits one job or one array job."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Unpack

from aws_cdk import Size
from aws_cdk import aws_batch as batch
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.checked.options import documented, flat
from constructs_lib.workflows.states.texts import check_texts
from constructs_lib.workflows.submit.job_options import JobOptions, SubmitOptions
from constructs_lib.workflows.submit.permissions import job_mark
from constructs_lib.workflows.submit.template import SubmitState, SubmitTemplate

_TEXTS: Final = ("array_size", "depends_on", "job_name", "environment", "command", "parameters", "outputs")
_SUBMITTED: Final = {
    "JobId": "{% $states.result.JobId %}",
    "JobName": "{% $states.result.JobName %}",
}
_SUBMITS: Final = "Submits a job to AWS Batch, and does not wait for it."
_ENDED: Final = {**_SUBMITTED, "Status": "{% $states.result.Status %}"}


@checked
@documented
class SubmitJob(SubmitState):
    """A state that submits a job or an array job, and ends when the job has ended.

    It works in every state machine of aws-cdk-lib, JSONPath or JSONata, and adds its permissions to the role of the
    state machine: submit this definition to this queue, describe jobs, and terminate its own jobs, so that stopping the
    execution stops them. When the job fails, the state fails with ``States.TaskFailed``; the retry strategy of the
    definition applies.
    Sources: https://docs.aws.amazon.com/step-functions/latest/dg/connect-batch.html and
    https://docs.aws.amazon.com/batch/latest/APIReference/API_SubmitJob.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope, and the name of the state.
        job: the job definition. For a `MultiContainerJob` or a `MultiNodeJob`, only the parameters can be changed, and
            the state cannot wait.
        queue: the job queue that the job is submitted to.
        array_size: children of an array job: 2 to 10,000, or a JSONata expression such as
            ``"{% $count($states.input.items) %}"``. Default: a single job.
        depends_on: ids of up to 20 jobs, or JSONata expressions for them, that have to succeed first. When one of them
            fails, the job fails without having run. Default: no dependencies.
        n_to_n: let each child of the array wait for the child of the same index in the arrays that it depends on, which
            must have the same size. Default: no, the job waits for whole arrays.
        wait: end when the job has ended. If False, the state ends when AWS Batch has accepted the job, which keeps
            running even when the execution is stopped. Default: yes.
        job_name: letters, digits, hyphens and underscores, or a JSONata expression. Default: the construct id, with
            hyphens instead of other characters.
        environment: environment variables, added to the definition's; values may be JSONata expressions. A single
            expression for a list of ``{"Name": …, "Value": …}`` is also accepted. Default: the definition's.
        command: replaces the definition's. Default: the definition's.
        parameters: values for ``Ref::name`` in the command; may be JSONata expressions. Default: the definition's.
        vcpus: number of vCPUs; replaces the definition's. Default: the definition's.
        memory: a whole number of MiB; replaces the definition's. Default: the definition's.
        gpus: number of GPUs; replaces the definition's. Default: the definition's.
        attempts: number of attempts, 1 to 10; replaces the definition's retry strategy, conditions included. Default:
            the definition's.
        tags: of the job, beside the tag that marks the jobs of this state. Default: no further tags.
        share_identifier: the share identifier of the job, on a fair-share queue. Default: no identifier.
        propagate_tags: also tag the ECS tasks of the job. Default: the definition's.
        outputs: the output of the state; strings between ``{%`` and ``%}`` are JSONata. Default: ``JobId``, ``JobName``
            and, if the state waits, ``Status``. A whole job description has a kilobyte and more, and a Map may return
            262,144 bytes.
        retry_throttled: submit again when AWS Batch throttles, up to 12 times over some minutes. Default: yes.
        submitted_by: value of the tag that marks the jobs of this state. Default: the path of the state.
        comment: what the state does, for readers of the definition. Default: one sentence.

    Raises:
        ConfigurationError: a size, name, priority, timeout, tag or number of attempts that AWS Batch would reject; a
            kind of job that Step Functions cannot submit at all or to this queue; a job that this queue can never run.
    """

    @flat
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        job: batch.IJobDefinition,
        queue: batch.IJobQueue,
        array_size: int | str | None = None,
        depends_on: Sequence[str] = (),
        n_to_n: bool = False,
        wait: bool = True,
        job_name: str | None = None,
        environment: Mapping[str, str] | str | None = None,
        command: Sequence[str] | None = None,
        parameters: Mapping[str, str] | None = None,
        vcpus: float | None = None,
        memory: Size | None = None,
        gpus: int | None = None,
        outputs: Any = None,
        retry_throttled: bool = True,
        submitted_by: str | None = None,
        comment: str | None = None,
        **options: Unpack[SubmitOptions],
    ) -> None:
        template = SubmitTemplate(
            job=job,
            queue=queue,
            submitted_by=submitted_by or job_mark(scope, construct_id),
            options=JobOptions.of(options),
            array_size=array_size,
            depends_on=depends_on,
            n_to_n=n_to_n,
            wait=wait,
            job_name=job_name,
            environment=environment,
            command=command,
            parameters=parameters,
            vcpus=vcpus,
            memory=memory,
            gpus=gpus,
        )
        template.check(scope, construct_id)
        place = ArgumentPath("SubmitJob", scope, construct_id)
        for name, value in {**vars(template), "outputs": outputs}.items():
            if name in _TEXTS:
                check_texts(place.of(name), value)
        super().__init__(
            scope,
            construct_id,
            template,
            outputs=outputs if outputs is not None else _ENDED if wait else _SUBMITTED,
            comment=comment or ("Submits a job to AWS Batch and waits until it has ended." if wait else _SUBMITS),
            retry_throttled=retry_throttled,
        )
