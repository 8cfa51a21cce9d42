"""Standard output and error, whatever the locale: what their encoding lacks is written as JSON escapes it."""

import codecs
import io
import sys

_NAME = "constructs_lib.json_escapes"


def escape_what_has_no_letters() -> None:
    """Let names of files that are no text, and letters that a locale lacks, be written as JSON escapes them."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_NAME)


def _escaped(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    escapes = (f"\\u{units[at] << 8 | units[at + 1]:04x}" for at in range(0, len(units), 2))
    return "".join(escapes), error.end


codecs.register_error(_NAME, _escaped)
