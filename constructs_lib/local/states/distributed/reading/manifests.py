"""Manifests: files that name the files that have the items.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html and
https://docs.aws.amazon.com/athena/latest/ug/unload.html.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

from constructs_lib.local.states.distributed.failures import READER_FAILED, MapRunError

_S3 = "s3://"


@dataclass(frozen=True)
class Inventory:
    """An S3 inventory: gzip-compressed CSV files without header, and the names of their columns."""

    bucket: str
    columns: Sequence[str]
    keys: Sequence[str]


def inventory(manifest: IO[bytes]) -> Inventory:
    """Read the ``manifest.json`` of an S3 inventory.

    Raises:
        MapRunError: no such manifest, or an inventory in another format than CSV.
    """
    try:
        described = json.loads(manifest.read())
        file_format = described["fileFormat"]
        found = Inventory(
            bucket=str(described["destinationBucket"]).rpartition(":")[2],
            columns=[name.strip() for name in described["fileSchema"].split(",")],
            keys=[str(file["key"]) for file in described["files"]],
        )
    except (ValueError, TypeError, KeyError) as error:
        raise MapRunError(READER_FAILED, f"Not a manifest of an S3 inventory: {error!r}") from error
    if file_format != "CSV":
        raise MapRunError(READER_FAILED, f"The S3 inventory has the format '{file_format}', only CSV can be read.")
    return found


def athena_files(manifest: IO[bytes]) -> list[tuple[str, str]]:
    """Return bucket and key of the files that an Athena UNLOAD query has written, one address per line.

    Raises:
        MapRunError: a line that is no address of an object.
    """
    addresses = [line.decode("utf-8", "replace").strip().strip('"') for line in manifest if line.strip()]
    files = [address.removeprefix(_S3).partition("/") for address in addresses if address.startswith(_S3)]
    if len(files) < len(addresses) or not all(key for _, _, key in files):
        raise MapRunError(READER_FAILED, "Not a data manifest of Athena: each line must be an address of an object.")
    return [(bucket, key) for bucket, _, key in files]
