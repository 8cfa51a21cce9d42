"""The ZIP archives of functions, unpacked."""

import io
import shutil
import zipfile
import zlib
from pathlib import Path

MOST_BYTES = 262_144_000
"""Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""


class ArchiveError(Exception):
    """An archive that cannot be unpacked; the text says why."""


def unpack(archive: bytes, directory: Path) -> None:
    """Unpack an archive into a new directory: all of it or nothing, and nothing outside.

    The module zipfile takes ``..`` and what makes a name absolute out of the names, and makes files of links.

    Raises:
        ArchiveError: it is no archive, or larger than Lambda takes.
    """
    unfinished = directory.with_name(f"{directory.name}.unpacking")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            # No member is longer than the archive says: what is longer has a wrong checksum.
            if sum(item.file_size for item in opened.infolist()) > MOST_BYTES:
                raise ArchiveError(f"Unzipped size must be smaller than {MOST_BYTES} bytes")
            opened.extractall(unfinished)
        unfinished.rename(directory)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise ArchiveError(str(error)) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
