"""The build context of a Python job: its modules, the worker that calls them, and a Dockerfile."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from constructs_lib.images.python_boto3 import needs_boto3
from constructs_lib.images.worker_package import NEEDS, worker_package

BASE_IMAGE: Final = "public.ecr.aws/docker/library/python:{python}-slim-bookworm"
"""By the version of Python; Debian's release stays, and its security updates come with each build."""
_PIP: Final = "python -m pip install --no-cache-dir --disable-pip-version-check --root-user-action=ignore"
_OBSTORE: Final = f'"{NEEDS}"'
_BOTO3: Final = '"boto3>=1.43,<2"'
_REQUIREMENTS: Final = "requirements.txt"
# What tools leave behind: copied, it would change the image with every test run.
_LEFT_OUT: Final = (
    *("__pycache__", "*.py[cod]", "*.egg-info", ".git", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache"),
    *(".tox", ".venv", "venv", "cdk.out", "node_modules", ".DS_Store"),
)


@dataclass(frozen=True, slots=True)
class PythonContext:
    """What goes into the image.

    Args:
        directory: the modules of the job.
        handler: what the worker calls, ``module:function``.
        base_image: what the image begins with.
        requirements: what pip installs: a file, or its lines.
    """

    directory: Path
    handler: str
    base_image: str
    requirements: Path | Sequence[str]

    def write(self, target: Path) -> None:
        """Write the context into an empty directory; the same files are the same image, wherever they are."""
        shutil.copytree(
            self.directory, target / "app", symlinks=True, ignore=shutil.ignore_patterns(*_LEFT_OUT, ".dockerignore")
        )
        shutil.copytree(worker_package(), target / "worker", ignore=shutil.ignore_patterns(*_LEFT_OUT))
        requirements = self._requirements()
        if requirements:
            (target / _REQUIREMENTS).write_text(requirements, encoding="utf-8")
        packages = [_OBSTORE, _BOTO3] if needs_boto3(target / "app", requirements) else [_OBSTORE]
        (target / "Dockerfile").write_text(self._dockerfile(packages, bool(requirements)), encoding="utf-8")

    def _requirements(self) -> str:
        if isinstance(self.requirements, Path):
            return self.requirements.read_text(encoding="utf-8")
        return "".join(f"{line}\n" for line in self.requirements)

    def _dockerfile(self, packages: Sequence[str], has_requirements: bool) -> str:
        install = f"COPY {_REQUIREMENTS} /tmp/\nRUN {_PIP} --requirement /tmp/{_REQUIREMENTS}\n"
        return f"""\
# Written by JobImage.from_python.
FROM {self.base_image}

# Below the code, so that a changed module installs nothing again. With obstore the worker reaches S3.
RUN {_PIP} {" ".join(packages)}
{install if has_requirements else ""}
WORKDIR /app
COPY worker worker
COPY app .
# The user below cannot write here: without this, every job would compile the modules anew.
RUN python -m compileall -q .

# Logs appear as they are written. HOME must exist for tools that keep files there.
ENV PYTHONUNBUFFERED=1 HOME=/tmp
# A number needs no entry in the image's list of users, whatever the base image is.
USER 10001:10001

ENTRYPOINT ["python", "-m", "worker"]
CMD {json.dumps([self.handler])}
"""


def excluded(directory: Path, patterns: Sequence[str]) -> list[str]:
    """The patterns of a directory's ``.dockerignore`` and others, as they are in the context, where it is ``app``."""
    file = directory / ".dockerignore"
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    given = [line.strip() for line in (*lines, *patterns)]
    return [_below_app(pattern) for pattern in given if pattern and not pattern.startswith("#")]


def _below_app(pattern: str) -> str:
    kept = pattern.startswith("!")
    return f"{'!' if kept else ''}app/{pattern.removeprefix('!').lstrip('/')}"
