"""What `--put` says: which file or folder goes to which place in which bucket."""

from pathlib import Path

import click

from constructs_lib.local.runs.seeds import Seed


def seed_of(put: str) -> Seed:
    """Read ``FILE|FOLDER=BUCKET/KEY``; what is none, or leads nowhere, is a `click.UsageError`.

    Names of files and keys may have equals signs, too: what stands in front of one and is there is the file.
    """
    splits = [(put[:at], put[at + 1 :]) for at, letter in enumerate(put) if letter == "="]
    if not splits:
        raise click.UsageError(f"--put {put}: expected FILE=BUCKET/KEY or FOLDER=BUCKET/KEY")
    source, place = next(((name, place) for name, place in splits if name and _is_there(name)), splits[0])
    where, path = f"--put {put}", Path(source)
    if not source or not _is_there(source):
        raise click.UsageError(f"{where}: there is no file or folder {source!r}")
    try:
        seed = Seed.to(place, path)
        if path.is_dir():
            if not any(seed.objects()):
                raise click.UsageError(f"{where}: the folder has no files")
        else:
            path.open("rb").close()
    except ValueError as error:
        raise click.UsageError(f"{where}: {error}") from None
    except OSError as error:
        raise click.UsageError(f"{where}: {error.strerror}") from None
    return seed


def _is_there(name: str) -> bool:
    try:
        return Path(name).exists()
    except (OSError, ValueError):  # longer than a name, or with what no name has
        return False
