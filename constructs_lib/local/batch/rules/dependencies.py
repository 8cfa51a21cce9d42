"""Which jobs a job may wait for.

Sources: https://docs.aws.amazon.com/batch/latest/userguide/job_dependencies.html,
https://docs.aws.amazon.com/batch/latest/userguide/array_jobs.html
"""

from collections.abc import Callable
from typing import Any

from constructs_lib.limits import MAX_DEPENDENCIES
from constructs_lib.local.batch.errors import invalid, refuse
from constructs_lib.local.scheduler.jobs.job import AnyJob, ArrayJob

Request = dict[str, Any]


def check_dependencies(request: Request, find: Callable[[str], AnyJob | None]) -> None:
    """Refuse dependencies that AWS Batch refuses.

    Args:
        request: the checked request of SubmitJob.
        find: finds a job by its id.
    """
    dependencies = request.get("dependsOn", [])
    if len(dependencies) > MAX_DEPENDENCIES:
        invalid(f"Job cannot have more than {MAX_DEPENDENCIES} dependencies")
    size = request.get("arrayProperties", {}).get("size")
    for dependency in dependencies:
        kind, job_id = dependency.get("type"), dependency.get("jobId")
        if kind and size is None:
            invalid(f"dependsOn: type {kind} is for array jobs, this job has no arrayProperties")
        if kind == "SEQUENTIAL" and job_id is None:
            continue
        if job_id is None:
            invalid("dependsOn: jobId must be provided.")
        found = find(job_id) or refuse(f"dependsOn: job {job_id} does not exist")
        if kind == "N_TO_N":
            _check_sizes(found, size)


def _check_sizes(dependency: AnyJob, size: int) -> None:
    if not isinstance(dependency, ArrayJob):
        refuse(f"dependsOn: type N_TO_N needs another array job, {dependency.id} is none")
    if len(dependency.children) != size:
        refuse(
            f"dependsOn: type N_TO_N needs arrays of the same size, {dependency.id} has {len(dependency.children)} "
            f"children, this job {size}",
        )
