"""Images for containers: built from the assets of the app once, or pulled.

Sources: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html and
https://github.com/aws/aws-cdk/tree/main/packages/%40aws-cdk/cloud-assembly-schema
"""

import os
import re
import signal
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

from constructs_lib.local.account import ACCOUNT
from constructs_lib.local.apps.assembly import ImageAsset
from constructs_lib.local.runners import CannotStartError
from constructs_lib.local.runners.container.engine import ContainerEngine, EngineError, last_line
from constructs_lib.local.supervisor import LostError, Program, Supervisor

_HASH = re.compile(r"[0-9a-f]{64}")
_UNFIT = re.compile(r"[^\w.-]+")
"""What a name of an image has that a name of a file had better not."""

_REASON = "CannotPullContainerError: "

FindAsset = Callable[[str], ImageAsset | None]


class ContainerImages:
    """The images of one embedded AWS, as its engine knows them.

    Args:
        engine: builds and pulls.
        asset: finds what an image is built from.
        directory: where the output of builds and pulls goes.
        supervisor: starts them, and leaves none running.
    """

    def __init__(self, engine: ContainerEngine, asset: FindAsset, directory: Path, supervisor: Supervisor) -> None:
        self._engine = engine
        self._asset = asset
        self._directory = directory
        self._supervisor = supervisor
        self._ready: dict[tuple[str, Path | None], str] = {}
        self._turns: dict[str, threading.Lock] = {}
        self._running: set[Program] = set()
        self._lock = threading.Lock()
        self._closed = False

    def ensure(self, image: str, account: str = ACCOUNT) -> str:
        """Have an image, and tell how the engine calls it; several jobs that want one wait for one build.

        Args:
            image: its name.
            account: of the job, whose repositories are here and nowhere else.

        Raises:
            CannotStartError: it cannot be built or pulled, in AWS's words.
        """
        with self._lock:
            turn = self._turns.setdefault(image, threading.Lock())
        with turn:
            if image.startswith("-"):  # the engine would take it for an option
                raise CannotStartError(f"{_REASON}invalid reference format: {image}")
            asset = self._asset(image)
            key = (image, asset.directory if asset else None)
            if key not in self._ready:
                self._ready[key] = self._build(asset) if asset else self._pull(image, account)
            return self._ready[key]

    def close(self) -> None:
        """End builds and pulls that run."""
        with self._lock:
            self._closed = True
            running = list(self._running)
        for process in running:
            process.signal(signal.SIGTERM)

    def _build(self, asset: ImageAsset) -> str:
        # The tag of an asset is a hash of all that goes into it: what an earlier run has built is the same.
        lasting = f"constructs-lib/asset:{asset.tag}" if _HASH.fullmatch(asset.tag) else None
        if lasting and self._has(lasting):
            return lasting
        identifier, output = self._file(asset.tag, "id"), self._file(asset.tag, "log")
        try:
            self._run(
                output,
                "build",
                *build_words(asset),
                *self._engine.build_words,
                "--iidfile",
                str(identifier),
                *(["--tag", lasting] if lasting else []),
                str(asset.directory),
            )
        except EngineError as error:
            where = asset.directory / asset.file
            raise CannotStartError(f"{_REASON}{where}: the image cannot be built: {error} (see {output})") from error
        return lasting or identifier.read_text().strip()

    def _pull(self, image: str, account: str) -> str:
        if image.startswith(f"{account}.dkr.ecr."):
            raise CannotStartError(
                f"{_REASON}pull image manifest has been retried 1 time(s): failed to resolve ref {image}: not found: "
                "it is no asset of a deployed stack, and was not pushed"
            )
        if not self._has(image):
            try:
                self._run(self._file(image, "log"), "pull", image)
            except EngineError as error:
                raise CannotStartError(f"{_REASON}{error}") from error
        return image

    def _file(self, image: str, suffix: str) -> Path:
        self._directory.mkdir(parents=True, exist_ok=True)
        return self._directory / f"{_UNFIT.sub('-', image)}.{suffix}"

    def _has(self, name: str) -> bool:
        try:
            self._engine.call("image", "inspect", "--format", "{{.Id}}", name)
        except EngineError:
            return False
        return True

    def _run(self, output: Path, *words: str) -> None:
        """Call the engine for something that takes long, so that `close` can end it."""
        with output.open("wb") as file:
            with self._lock:
                if self._closed:
                    raise EngineError("the embedded AWS is closed")
                process = self._start(words, file)
                self._running.add(process)
            code = process.wait()
        with self._lock:
            self._running.discard(process)
        if code:
            raise EngineError(last_line(output.read_text(errors="replace")) or f"{words[0]}: exit {code}")

    def _start(self, words: Sequence[str], output: IO[bytes]) -> Program:
        try:
            return self._supervisor.start(
                self._engine.argv(*words), directory=Path.cwd(), environment=os.environ, output=output, is_client=True
            )
        except (OSError, LostError) as error:
            raise EngineError(str(error)) from error


def build_words(asset: ImageAsset) -> list[str]:
    """What follows ``build``, but for the directory: as the CDK command line calls it."""
    return [
        "--file",
        str(asset.directory / asset.file),
        *(["--target", asset.target] if asset.target else []),
        *(word for name, value in asset.build_args.items() for word in ("--build-arg", f"{name}={value}")),
        *(["--platform", asset.platform] if asset.platform else []),
        *(["--network", asset.network] if asset.network else []),
    ]
