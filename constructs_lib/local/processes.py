"""The process of a placed job: its program, directory, environment and log."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

from constructs_lib.local.assembly import ImageAsset
from constructs_lib.local.programs import Program, ProgramError, from_dockerfile
from constructs_lib.local.runners.process import Launch
from constructs_lib.local.scheduler.job import Job

_INHERITED = ("HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "SSL_CERT_FILE", "AWS_CA_BUNDLE")
"""All that a job sees of the caller's environment: a container sees nothing of it, a process needs these to work."""

_CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")


class Processes:
    """Makes the processes of jobs.

    Args:
        directory: where logs go, and where images without a local source are started.
        aws: environment by which an AWS SDK in the job reaches the embedded AWS.
        secret: reads the value behind a secret's ``valueFrom``.
        credentials: those of a job. Default: those of the environment.
    """

    def __init__(
        self,
        directory: Path,
        aws: dict[str, str],
        secret: Callable[[str], str],
        credentials: Callable[[Job], dict[str, str] | None] = lambda _: None,
    ) -> None:
        self._logs = directory / "logs"
        self._empty = directory / "work"
        self._empty.mkdir(parents=True, exist_ok=True)
        self._secret = secret
        self._credentials = credentials
        self._images: dict[str, ImageAsset] = {}
        self._programs: dict[str, Program] = {}
        inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
        self._base = {**inherited, "PATH": path, **aws}

    def add_image(self, image: ImageAsset) -> None:
        """Make an image known by its tag, or by its whole name when that is its tag."""
        self._images[image.tag] = image
        self._programs.clear()

    def log(self, job: Job, attempt: int = -1) -> Path:
        """Where the output of an attempt goes, default the last one."""
        return self._logs / job.attempts[attempt].log_stream

    def launch(self, job: Job) -> Launch:
        """What to start for a placed job; a `ProgramError` says why it cannot be started."""
        container = job.spec.container
        program = self._program(container["image"])
        return Launch(
            argv=program.argv(container["command"]),
            directory=program.directory or self._empty,
            environment={**self._account(job), **program.environment, **self._variables(job)},
            log=self.log(job),
        )

    def _account(self, job: Job) -> dict[str, str]:
        credentials = self._credentials(job)
        if credentials is None:
            return self._base
        return {**{name: self._base[name] for name in self._base if name not in _CREDENTIALS}, **credentials}

    def _program(self, image: str) -> Program:
        if image not in self._programs:
            # The tag of an asset is a hash of its directory: it says enough, whatever the repository.
            asset = self._images.get(image) or self._images.get(image.rpartition(":")[2])
            self._programs[image] = (
                from_dockerfile(asset.directory, asset.file, asset.target, asset.build_args) if asset else Program()
            )
        return self._programs[image]

    def _variables(self, job: Job) -> dict[str, str]:
        container = job.spec.container
        variables = {entry["name"]: entry["value"] for entry in container["environment"]}
        for entry in container.get("secrets", []):
            try:
                variables[entry["name"]] = self._secret(entry["valueFrom"])
            except LookupError as error:
                raise ProgramError(f"ResourceInitializationError: secret {entry['name']}: {error}") from error
        variables["AWS_BATCH_JOB_ID"] = job.id
        variables["AWS_BATCH_JOB_ATTEMPT"] = str(len(job.attempts))
        variables["AWS_BATCH_JQ_NAME"] = job.spec.queue.name
        variables["AWS_BATCH_CE_NAME"] = job.attempts[-1].environment.rsplit("/", 1)[-1]
        if job.parent:
            variables["AWS_BATCH_JOB_ARRAY_INDEX"] = str(job.index)
            variables["AWS_BATCH_JOB_ARRAY_SIZE"] = str(job.spec.size)
        return variables
