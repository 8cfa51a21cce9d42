"""The containers that can ask, each by an address that nobody else can guess."""

import secrets
import threading
from dataclasses import dataclass

from constructs_lib.local.batch.tasks import Environments, cluster_arn, task_arn
from constructs_lib.local.scheduler.jobs.attempt import Attempt
from constructs_lib.local.scheduler.jobs.job import Job

_FEW = 1000


@dataclass(frozen=True, slots=True)
class Container:
    """A container of a task.

    Args:
        job: what it runs.
        attempt: which attempt of that it is.
        cluster_arn: where it runs.
        task_arn: the task that it is a container of.
    """

    job: Job
    attempt: Attempt
    cluster_arn: str
    task_arn: str

    @property
    def name(self) -> str:
        """Its name in the task; AWS Batch calls the only one ``default``."""
        return self.attempt.log_stream.split("/")[-2]


class Containers:
    """Gives out addresses, and knows whose they are while the container runs.

    Args:
        environments: finds compute environments.
        endpoint_url: where the metadata is served.
    """

    def __init__(self, environments: Environments, endpoint_url: str) -> None:
        self._environments = environments
        self._endpoint_url = endpoint_url
        self._known: dict[str, Container] = {}
        self._most = _FEW
        self._lock = threading.Lock()

    def variables(self, job: Job) -> dict[str, str]:
        """The variables by which the container of a job's last attempt reaches its metadata.

        There are none once its compute environment has been deleted.
        """
        attempt = job.attempts[-1]
        cluster, task = cluster_arn(self._environments, attempt), task_arn(self._environments, attempt)
        if cluster is None or task is None:
            return {}
        token = secrets.token_urlsafe()
        with self._lock:
            if len(self._known) >= self._most:
                self._known = {key: item for key, item in self._known.items() if item.attempt.stopped_at is None}
                self._most = max(_FEW, 2 * len(self._known))
            self._known[token] = Container(job, attempt, cluster, task)
        url = self._endpoint_url
        return {
            "ECS_CONTAINER_METADATA_URI": f"{url}/v3/{token}",
            "ECS_CONTAINER_METADATA_URI_V4": f"{url}/v4/{token}",
        }

    def find(self, token: str) -> Container | None:
        """The container that an address was given to; None when it has ended."""
        with self._lock:
            found = self._known.get(token)
        return found if found and found.attempt.stopped_at is None else None

    def of_task(self, container: Container) -> list[Container]:
        """All containers of a container's task that have started and not ended, itself included."""
        with self._lock:
            known = list(self._known.values())
        return [item for item in known if item.task_arn == container.task_arn and item.attempt.stopped_at is None]
