"""What `--put` says: which file or folder goes to which place in which bucket."""

import click

from constructs_lib.local.runs.seeds import Seed, read_seed


def seed_of(put: str) -> Seed:
    """Read ``FILE|FOLDER=BUCKET/KEY``; what is none, or leads nowhere, is a `click.UsageError`."""
    try:
        return read_seed(put)
    except ValueError as error:
        raise click.UsageError(f"--put {put}: {error}") from None
    except OSError as error:
        raise click.UsageError(f"--put {put}: {error.strerror}") from None
