"""A stage of an `ArrayPipeline`, and which stages can follow each other."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from aws_cdk import aws_batch as batch

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.checked.options import documented
from constructs_lib.jobs.placement.fit import check_fit
from constructs_lib.limits import STEP_FUNCTIONS_STATE_NAME_CHARACTERS
from constructs_lib.rules import Rule
from constructs_lib.workflows.states.texts import check_texts
from constructs_lib.workflows.submit.changes import check_changes
from constructs_lib.workflows.submit.job_options import JobOptions, valid_job_name
from constructs_lib.workflows.submit.template import SubmitTemplate

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_FEWEST: Final = 2
_MOST: Final = 30
"""If all of 10,000 items fail, a stage takes 100 pages of 7 events: more stages would exceed the history."""


@checked
@documented
@dataclass(frozen=True, kw_only=True)
class PipelineStage(JobOptions):
    """One stage of an `ArrayPipeline`: a job for each item.

    Args:
        name: letters, digits, hyphens and underscores; states, jobs and the summary use it.
        job: the job definition. Its role is allowed to read the list and earlier results, and to write results.
        queue: the job queue that its jobs are submitted to.
        parameters: values for ``Ref::name`` in the command. Default: the definition's.
    """

    name: str
    job: batch.IJobDefinition
    queue: batch.IJobQueue
    parameters: Mapping[str, str] | None = None

    def check_jobs(self, place: ArgumentPath, environment: Mapping[str, str] | None) -> None:
        """Refuse jobs that AWS Batch would refuse.

        Args:
            place: the stage.
            environment: variables of the jobs of all stages.
        """
        self.check(place)
        check_texts(place.of(f"{place.parameter}.parameters"), self.parameters)
        check_changes(place, self.job, environment=environment, parameters=self.parameters)

    def template(self, submitted_by: str, prefix: str) -> SubmitTemplate:
        """The submit of its jobs.

        Args:
            submitted_by: the tag that marks the jobs.
            prefix: of the names of jobs.
        """
        return SubmitTemplate(
            job=self.job,
            queue=self.queue,
            submitted_by=submitted_by,
            options=JobOptions.of(vars(self)),
            parameters=self.parameters,
            job_name=valid_job_name(f"{prefix}-{self.name}"),
        )


def check_stages(place: ArgumentPath, construct_id: str, stages: Sequence[PipelineStage]) -> None:
    """Refuse too few or too many stages, and names that occur twice or are no valid names of states and jobs."""
    place = place.of("stages")
    if len(stages) < _FEWEST:
        raise Rule.STAGE_COUNT.error(
            place,
            got=f"{len(stages)}",
            expected=f"a pipeline has {_FEWEST} stages or more",
            fix="Use an ArrayFanOut for one.",
        )
    if len(stages) > _MOST:
        raise Rule.STAGE_COUNT.error(
            place,
            got=f"{len(stages)}",
            expected=f"the history of an execution holds the failures of up to {_MOST} stages",
            fix="Let one job do the work of several stages, or start a second pipeline from the results of the first.",
        )
    names = [stage.name for stage in stages]
    longest = STEP_FUNCTIONS_STATE_NAME_CHARACTERS - len(f"{construct_id}: Submit  array")
    for name in names:
        if not _NAME.fullmatch(name) or len(name) > longest:
            raise Rule.STAGE_NAME.error(
                place,
                got=repr(name),
                expected=f"states and jobs are named after {construct_id} and a stage: it has up to {longest} letters, "
                "digits, hyphens and underscores, with a letter or digit first",
                fix="Choose such a name.",
            )
        if names.count(name) > 1:
            raise Rule.STAGE_NAME.error(
                place,
                got=f"{name!r} twice",
                expected="each stage has a name of its own",
                fix="Choose another name for one of them.",
            )
    for index, stage in enumerate(stages):
        check_fit(place.of(f"stages[{index}].queue"), stage.job, stage.queue)
