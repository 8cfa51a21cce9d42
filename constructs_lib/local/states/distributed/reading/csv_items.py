"""Items of a text file with delimiters: an object of texts per row.

Sources: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html and
https://docs.aws.amazon.com/step-functions/latest/dg/example-csv-parse-dist-map.html.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import IO

from constructs_lib.limits import STEP_FUNCTIONS_CSV_HEADER_BYTES
from constructs_lib.local.states.distributed.failures import READER_FAILED, MapRunError

DELIMITERS = {"COMMA": ",", "PIPE": "|", "SEMICOLON": ";", "SPACE": " ", "TAB": "\t"}
_FIELD_CHARACTERS = 16 * 1024 * 1024  # csv's own limit is less than a payload of Step Functions


def csv_items(source: IO[bytes], headers: Sequence[str] | None = None, delimiter: str = "COMMA") -> Iterator[object]:
    """Yield each row as an object; missing fields are empty texts, additional fields are dropped.

    Args:
        source: the text, with or without byte order mark.
        headers: names of the columns; by default they are the first row.
        delimiter: COMMA, PIPE, SEMICOLON, SPACE or TAB.

    Raises:
        MapRunError: no UTF-8, no header, one of more than 10 KiB, or a name in it twice.
    """
    csv.field_size_limit(max(csv.field_size_limit(), _FIELD_CHARACTERS))
    with io.TextIOWrapper(source, encoding="utf-8-sig", newline="") as text:
        rows = csv.reader(_lines(text, DELIMITERS[delimiter]), delimiter=DELIMITERS[delimiter], escapechar="\\")
        try:
            names = list(headers) if headers is not None else _header(rows)
            if len(set(names)) < len(names):
                raise MapRunError(READER_FAILED, "CSV headers cannot contain duplicates.")
            for row in rows:
                if row:
                    padded = row + [""] * (len(names) - len(row))
                    yield dict(zip(names, padded, strict=False))
        except (csv.Error, UnicodeDecodeError) as error:
            raise MapRunError(READER_FAILED, f"Unable to parse CSV: {error}") from error


def _lines(text: Iterable[str], delimiter: str) -> Iterator[str]:
    """Double quotation marks that are repeated are one, for AWS also in fields that are not quoted."""
    field = re.compile(rf'"(?:[^"]|"")*"?|[^"{re.escape(delimiter)}][^{re.escape(delimiter)}]*')
    for line in text:
        yield field.sub(_escaped, line) if '""' in line else line


def _escaped(field: re.Match[str]) -> str:
    found = field.group()
    return found if found.startswith('"') else found.replace('""', r"\"")


def _header(rows: Iterator[list[str]]) -> list[str]:
    names = next(rows, None)
    if not names:
        raise MapRunError(READER_FAILED, "The CSV file has no header row.")
    size = len(",".join(names).encode())
    if size > STEP_FUNCTIONS_CSV_HEADER_BYTES:
        raise MapRunError(
            READER_FAILED,
            f"The header of the CSV file has {size} bytes, the maximum is {STEP_FUNCTIONS_CSV_HEADER_BYTES}.",
        )
    return names
