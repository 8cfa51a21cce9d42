"""What is known about a job that has failed: answers of AWS, as they came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from constructs_lib.ops.reasons import job_descriptions as descriptions
from constructs_lib.ops.reasons.explanations import shortened

Described = Mapping[str, Any]
_LINES = 5
_WIDTH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedJob:
    """A job that has failed.

    Attributes:
        job: as DescribeJobs has it.
        log: the last lines that it wrote; empty where it wrote none, or they could not be read.
        failed_dependencies: those of the jobs that it depends on which have failed, as DescribeJobs has them.
    """

    job: Described
    log: Sequence[str] = ()
    failed_dependencies: Sequence[Described] = ()

    @property
    def endings(self) -> list[str]:
        """Every text that says how it ended."""
        return list(descriptions.endings(self.job))

    @property
    def exit_code(self) -> int | None:
        """Of its last attempt."""
        return descriptions.exit_code(self.job)

    @property
    def last_lines(self) -> tuple[str, ...]:
        """What it wrote last, as evidence."""
        return tuple(f"log: {shortened(line, _WIDTH)}" for line in self.log if line.strip())[-_LINES:]

    @property
    def words(self) -> dict[str, object]:
        """What sentences and commands name."""
        job = self.job
        image = descriptions.image(job) or "its image"
        place = descriptions.log_place(job)
        return {
            "job": job["jobId"],
            "name": descriptions.name_of(job),
            "definition": descriptions.resource_name(job.get("jobDefinition", "")),
            "queue": descriptions.resource_name(job.get("jobQueue", "")),
            "image": image,
            "repository": image.partition("/")[2].partition("@")[0].rpartition(":")[0]
            or image.partition("/")[2].partition("@")[0]
            or image,
            "tag": image.rpartition("/")[2].partition("@")[0].partition(":")[2] or "latest",
            "role": descriptions.execution_role(job) or "the role of the instances",
            "group": place[0] if place else "/aws/batch/job",
        }

    @property
    def more_log(self) -> str:
        """The command that shows all that it wrote."""
        return f"constructs-lib logs {self.job['jobId']}"
