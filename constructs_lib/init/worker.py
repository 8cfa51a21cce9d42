"""The command ``constructs-lib worker``: what runs a job inside an image of one's own."""

import filecmp
import shutil
from pathlib import Path

import click

from constructs_lib.images.worker_package import NEEDS, worker_package

_DOCKERFILE = f"""\
RUN python -m pip install --no-cache-dir "{NEEDS}"
WORKDIR /app
COPY worker worker
COPY . .
ENV PYTHONUNBUFFERED=1 HOME=/tmp
USER 10001:10001
ENTRYPOINT ["python", "-m", "worker"]
CMD ["module:function"]
"""


@click.command(short_help="Bring the worker into an image of your own.")
@click.option(
    "--copy",
    "directory",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIRECTORY",
    help="Write it into the directory `worker` in the directory of your Dockerfile.",
)
@click.option("--replace", is_flag=True, help="Write over files of `worker` that are there and differ.")
def worker(*, directory: Path | None, replace: bool) -> None:
    """Say what an image needs to run the items of a fan-out, and copy the worker into its directory.

    The worker finds the item of its job, calls a Python function or a program with it, and writes the result. It is a
    Python package that needs obstore and nothing of this library. JobImage.from_python brings it by itself.

    \b
    Examples:
      constructs-lib worker
      constructs-lib worker --copy images/thumbnails
      constructs-lib worker --copy images/thumbnails --replace

    Exit code: 0; 2 wrong usage, or files that differ from those of the worker.
    """  # noqa: D301 - click keeps the lines of a paragraph that starts with this character
    if directory:
        target = directory / "worker"
        differing = [path for path in _names() if (target / path).exists() and not _is_same(target, path)]
        if differing and not replace:
            raise click.UsageError(
                f"{target} has other files of these names: {', '.join(differing)}. Nothing was written: give --replace "
                "to write over them"
            )
        target.mkdir(parents=True, exist_ok=True)
        for name in _names():
            shutil.copyfile(worker_package() / name, target / name)
        click.echo(f"{target} has the {len(_names())} files of the worker.")
    elif replace:
        raise click.UsageError("--replace is about the files that --copy writes")
    click.echo(
        f"In the Dockerfile, below a FROM with Python 3.11 or later and CA certificates:\n\n{_DOCKERFILE}", nl=False
    )


def _names() -> list[str]:
    return sorted(path.name for path in worker_package().glob("*.py"))


def _is_same(target: Path, name: str) -> bool:
    return (target / name).is_file() and filecmp.cmp(worker_package() / name, target / name, shallow=False)
