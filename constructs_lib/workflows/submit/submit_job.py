"""One job, or one array job, that a state machine submits and waits for."""

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
    """A state that submits a job, or an array job, and ends when the job has ended.

    It works in every state machine of aws-cdk-lib, JSONPath or JSONata, and brings the rights it needs into the role:
    submit this definition to this queue, describe jobs, and terminate its own jobs, so that a stopped execution stops
    them. A job that fails, fails the state with ``States.TaskFailed``; how often it is tried is up to its definition.
    Sources: https://docs.aws.amazon.com/step-functions/latest/dg/connect-batch.html and
    https://docs.aws.amazon.com/batch/latest/APIReference/API_SubmitJob.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope, and the name of the state.
        job: the job definition. Of a `MultiContainerJob` or a `MultiNodeJob` only the parameters can be changed, and
            the state cannot wait for it.
        queue: where the job waits for its turn.
        array_size: children of an array job: 2 to 10,000, or a JSONata expression such as
            ``"{% $count($states.input.items) %}"``. Default: a single job.
        depends_on: ids of up to 20 jobs, or JSONata expressions for them, that have to succeed before. When one fails,
            the job fails without having run. Default: none.
        n_to_n: let each child of the array wait for the child of the same index in the arrays that it depends on, which
            have as many. Default: the job waits for all of them.
        wait: end when the job has ended. Without, the state ends when AWS Batch has taken the job, which runs on
            whatever becomes of the execution. Default: it waits.
        job_name: letters, digits, hyphens and underscores, or a JSONata expression. Default: the construct id, with a
            hyphen in place of everything else.
        environment: added to the definition's variables; values may be JSONata expressions. One expression may also
            give AWS's own list of ``{"Name": …, "Value": …}``. Default: the definition's.
        command: replaces the definition's. Default: the definition's.
        parameters: values for ``Ref::name`` in the command; may be JSONata expressions. Default: the definition's.
        vcpus: replaces the definition's. Default: the definition's.
        memory: replaces the definition's, in whole MiB. Default: the definition's.
        gpus: replaces the definition's. Default: the definition's.
        attempts: 1 to 10; replaces the definition's retry strategy, conditions included. Default: the definition's.
        tags: of the job, beside the one that marks the jobs of this state. Default: none.
        share_identifier: whose share of a fair-share queue the job uses. Default: none.
        propagate_tags: give the job's tags to its ECS tasks, too. Default: as the definition says.
        outputs: what the state hands on; strings between ``{%`` and ``%}`` are JSONata. Default: ``JobId``, ``JobName``
            and, of a job that has ended, ``Status``; a whole description takes a kilobyte and more of the 262,144 bytes
            that a Map may return.
        retry_throttled: submit again when AWS Batch throttles. Default: up to 12 times, over some minutes.
        submitted_by: value of the tag that marks the jobs of this state. Default: the path of the state.
        comment: what the state does, for readers of the definition. Default: one sentence.

    Raises:
        ConfigurationError: a size, name, priority, timeout, tag or number of attempts that AWS Batch refuses; a kind of
            job that Step Functions cannot submit, or not to this queue; a job that this queue can never run.
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
