"""Confinement by sandbox-exec of macOS.

A profile says what is allowed; of two rules that fit, the last one holds. Files stay where they are: what is temporary
is where TMPDIR says, and nothing can be written to /tmp. Processes that leave their group are not ended.
Sources: https://reverse.put.as/wp-content/uploads/2011/09/Apple-Sandbox-Guide-v1.0.pdf, and sandbox-exec(1)
"""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from constructs_lib.local.confinement.view import View

_PROGRAM = "/usr/bin/sandbox-exec"
_DEVICES = ("/dev/null", "/dev/zero", "/dev/tty", "/dev/dtracehelper", "/dev/ptmx")


def launcher(view: View) -> Sequence[str]:
    """The beginning of the command."""
    return (_PROGRAM, "-p", profile(view))


def profile(view: View) -> str:
    """The profile of a view."""
    writable = [*view.writable, view.temporary]
    places = [*((path, "deny") for path in view.hidden), *((path, "allow") for path in view.readable)]
    lines = [
        "(version 1)",
        "(allow default)",
        "(deny file-write*)",
        *_rule("deny", "file-read*", "literal", view.masked),
        *_rule("deny", "network-outbound", "literal", view.masked),
        *(line for path, verb in sorted(places) for line in _rule(verb, "file-read*", "subpath", [path])),
        # The way to what is shown: programs look up the directories above what they open.
        *_rule("allow", "file-read-metadata", "subpath", view.hidden),
        *_rule("allow", "file-read*", "subpath", writable),
        *_rule("allow", "file-write*", "subpath", writable),
        *_rule("allow", "file-write*", "literal", _DEVICES),
        '(allow file-write* (regex #"^/dev/fd/"))',
    ]
    return "\n".join(lines)


def _rule(verb: str, operation: str, kind: str, paths: Iterable[Path | str]) -> list[str]:
    # A filter is compared with the path that is left when all links are followed, /private/tmp for /tmp.
    filters = [f"({kind} {json.dumps(str(Path(path).resolve()), ensure_ascii=False)})" for path in paths]
    return [f"({verb} {operation} {' '.join(filters)})"] if filters else []
