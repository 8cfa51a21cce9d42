"""The process of a placed job: its program, directory, environment and log."""

import itertools
import subprocess
import sys
import threading
from dataclasses import dataclass, replace
from pathlib import Path

from constructs_lib.local.apps.assembly import ImageAsset
from constructs_lib.local.confinement import Overlay
from constructs_lib.local.images.program import ImageProgram, ProgramError, from_dockerfile, moved
from constructs_lib.local.job_environment.attempts import AttemptDirectory, Attempts
from constructs_lib.local.job_environment.clones import clone, is_large
from constructs_lib.local.job_environment.enclosure import Enclosure
from constructs_lib.local.job_environment.inherited import inherited
from constructs_lib.local.job_environment.pythons import AttemptPython, ImagePython
from constructs_lib.local.job_environment.variables import Variables
from constructs_lib.local.paths import below
from constructs_lib.local.pythons import Pythons, Requirements, is_plain, wanted_by
from constructs_lib.local.runners.process import Launch
from constructs_lib.local.runners.several import shared_directories
from constructs_lib.local.runners.volumes import Volume, Volumes
from constructs_lib.local.scheduler.jobs.job import Job
from constructs_lib.local.supervisor import Supervisor

_MOST_COMPILED = 500


class Processes:
    """Makes the processes of jobs.

    Args:
        directory: where logs go, and where attempts have directories while they run.
        variables: the environment variables of jobs.
        enclosure: puts processes into their places.
        supervisor: leaves nothing of them, however this process ends.
    """

    def __init__(self, directory: Path, variables: Variables, enclosure: Enclosure, supervisor: Supervisor) -> None:
        self._logs = directory / "logs"
        self._enclosure = enclosure
        self._volumes = Volumes(directory.absolute() / "volumes")
        self._attempts = Attempts(directory, supervisor.own)
        self._variables = variables
        self._images: dict[str, ImageAsset] = {}
        self._programs: dict[str, tuple[ImageAsset | None, _Known]] = {}
        self._pythons = Pythons(lambda: self._attempts.top, supervisor)
        self._turns: dict[str, threading.Lock] = {}
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._base = inherited()

    def add_image(self, image: ImageAsset) -> None:
        """Make an image known by its tag, or by its whole name when that is its tag."""
        self._images[image.tag] = image

    def asset(self, image: str) -> ImageAsset | None:
        """Find what an image is built from; None for one of elsewhere."""
        # The tag of an asset is a hash of its directory: it says enough, whatever the repository.
        return self._images.get(image) or self._images.get(image.rpartition(":")[2])

    def variables(self, job: Job) -> dict[str, str]:
        """The environment variables of a job that sees nothing else of this machine: one in a container."""
        return {**self._variables.of_account(job), **self._variables.of_job(job)}

    def log(self, job: Job, attempt: int = -1) -> Path:
        """Where the output of an attempt goes, default the last one."""
        return below(self._logs, job.attempts[attempt].log_stream)

    def launch(self, job: Job) -> Launch:
        """What to start for a placed job; a `ProgramError` says why it cannot be started."""
        container = job.spec.container
        volumes = self._shared(job)
        known = self._known(container["image"])
        program = known.program
        if entrypoint := container.get("entryPoint"):  # of a task of ECS; the image's own CMD goes with its own
            program = replace(program, entrypoint=tuple(entrypoint), command=())
        account, own = self._variables.of_account(job), self._variables.of_job(job)
        attempt = self._attempts.make()
        try:
            overlays = [attempt.overlay(program.files)] if known.is_large and program.files else []
            program = _over_its_files(program, overlays[0]) if overlays else _among_its_files(program, attempt.root)
            python = self._python(known, program, attempt)
            directory = program.directory or attempt.root
            directories = {inside: volume.directory for inside, volume in volumes.items()}
            environment = {
                **self._base,
                "PATH": python.path,
                **self._enclosure.environment(attempt),
                **account,
                **program.environment,
                **{name: moved(value, directories) for name, value in own.items()},
            }
            enclosed = self._enclosure.enclose(
                program.argv(container["command"], directories, python.program, python.searched),
                attempt,
                directory,
                environment,
                writable=[volume.directory for volume in volumes.values() if not volume.read_only],
                overlays=overlays,
                composed=python.composed,
                readable=[*python.readable, *(volume.directory for volume in volumes.values() if volume.read_only)],
            )
        except OSError as error:
            attempt.remove()
            raise ProgramError(f"{error.filename}: {error.strerror}") from error
        except BaseException:
            attempt.remove()
            raise
        return Launch(
            argv=enclosed.argv,
            directory=directory,
            environment=environment,
            log=self.log(job),
            members=enclosed.members,
            launcher=enclosed.launcher,
            clear=attempt.remove,
        )

    def _shared(self, job: Job) -> dict[str, Volume]:
        """Directories of this machine by the paths at which a container has them.

        Who is not confined has this machine's own at such a path, but for those that containers of a job share.
        """
        shared = shared_directories(job)
        if self._enclosure.confinement is not None:
            return self._volumes.of(job.spec.container, shared)
        for directory in shared.values():
            directory.mkdir(parents=True, exist_ok=True)
        return {inside: Volume(directory) for inside, directory in shared.items()}

    def close(self) -> None:
        """Remove what attempts have left."""
        self._attempts.close()

    def _known(self, image: str) -> "_Known":
        """What is known of an image; several jobs that want one wait for one of them to find out."""
        asset = self.asset(image)
        with self._lock:
            turn = self._turns.setdefault(image, threading.Lock())
        with turn:
            known = self._programs.get(image)
            if known is None or known[0] != asset:
                known = self._programs[image] = (asset, self._learned(image, asset))
        return known[1]

    def _learned(self, image: str, asset: ImageAsset | None) -> "_Known":
        program, wanted = ImageProgram(), Requirements(plain=is_plain(image))
        if asset is not None:
            root = self._attempts.top / f"image-{next(self._numbers):04}"
            program = from_dockerfile(asset.directory, asset.file, asset.target, asset.build_args, root)
            if root.exists():
                _compile(root)
        is_over = self._enclosure.overlaying and program.files is not None and is_large(program.files)
        if not self._enclosure.confined:
            return _Known(program, None, (), is_over)
        if asset is not None and program.image is not None:
            wanted = wanted_by(program.image, asset.directory, program.root)
        modules = self._pythons.of(str(program.file or image), wanted)
        place = self._attempts.top / f"python-{next(self._numbers):04}"
        return _Known(program, ImagePython(place, modules, self._enclosure), modules.projects, is_over)

    def _python(self, known: "_Known", program: ImageProgram, attempt: AttemptDirectory) -> AttemptPython:
        """The Python of an attempt; without its own, the one that runs us."""
        if known.python is None:
            return AttemptPython(sys.executable, self._base["PATH"], self._base["PATH"])
        projects = [_modules_of(project, program) for project in known.projects]
        return known.python.of(attempt, projects, self._base["PATH"])


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of an image.

    Args:
        program: what it runs.
        python: that of its jobs; None if they have the one that runs us.
        projects: directories of the image with modules of its own.
        is_large: whether each attempt has its files by an overlay, and no copy.
    """

    program: ImageProgram
    python: ImagePython | None
    projects: tuple[str, ...]
    is_large: bool


def _modules_of(project: str, program: ImageProgram) -> str:
    """Where the modules of a project in an image are: below ``src``, if it has that."""
    below = f"{project}/src"
    found = program.local(below)
    return found if found != below else program.local(project)


def _over_its_files(program: ImageProgram, overlay: Overlay) -> ImageProgram:
    """The program where its files are going to be; where it starts has to be there before."""
    moved_there = program.at(overlay.target, seen=overlay.lower)
    if moved_there.directory:
        moved_there.directory.mkdir(parents=True, exist_ok=True)
    return moved_there


def _among_its_files(program: ImageProgram, root: Path) -> ImageProgram:
    """The program among files of its own: what it does to them nobody else sees, not even its next attempt."""
    if program.files is None:
        return program
    try:
        clone(program.files, root)
    except OSError as error:
        raise ProgramError(f"its files cannot be copied: {error}") from error
    return program.at(root)


def _compile(root: Path) -> None:
    """Compile the modules of an image once, and not in each of its jobs; one that cannot be is its job's to tell.

    Of thousands of modules, most are never imported: to compile all would take longer than it saves.
    """
    if sum(1 for _ in root.rglob("*.py")) > _MOST_COMPILED:
        return
    subprocess.run(
        [sys.executable, "-I", "-S", "-m", "compileall", "-qq", "--invalidation-mode", "timestamp", str(root)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
