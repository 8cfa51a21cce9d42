"""The one error that wrong arguments raise."""

import re
from typing import Final

_TOKENS: Final = re.compile(r"\$\{Token\[[^\]]*\]\}|#\{Token\[[^\]]*\]\}|-1\.8881\d*e\+289")
"""How aws-cdk-lib writes what is known when the app is deployed: as text, as a list, as a number."""


class ConfigurationError(ValueError):
    """A construct got an argument that AWS would refuse, or that would never run.

    Raised while the app is being built, so that a mistake is seen before anything is deployed. The codes
    of this library are those of `constructs_lib.rules.Rule`; an app may raise errors of its own with codes of its own.

    Args:
        code: stable identifier of the rule, such as ``BATCH006``.
        where: the construct or parameter in the caller's words, such as ``JobQueue 'Stack/Bulk'``.
        got: what was passed, in words or as a literal.
        expected: the rule, as a clause: ``AWS Batch allows 3 per queue``.
        fix: what to do about it, as a sentence.
        address: where the rule is explained, such as ``docs/errors.md#batch006``. Default: the message names no place.
    """

    def __init__(self, *, code: str, where: str, got: str, expected: str, fix: str, address: str = "") -> None:
        self.code = code
        self.where = _readable(where)
        self.got = _readable(got)
        self.expected = _readable(expected)
        self.fix = _readable(fix)
        self.address = address
        see = f" See {address}" if address else ""
        super().__init__(f"{self.where}: got {self.got}, {self.expected} ({code}). {self.fix}{see}")


def _readable(text: str) -> str:
    return _TOKENS.sub("(known when it is deployed)", text)
