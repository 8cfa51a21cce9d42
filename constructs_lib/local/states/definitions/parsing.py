"""Gap: moto's parser keeps the query language of open scopes in one list for the whole process.

A definition that is refused leaves its scope behind and spoils all later ones, and so do two that are parsed at once.
"""

import threading
from typing import Any

from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor

from constructs_lib.local.patching import Patch

_parse = AmazonStateLanguageParser.parse
_parsing = threading.Lock()  # the tables of the generated parser are shared, too


def patches() -> list[Patch]:
    """Parse one definition at a time, each with scopes of its own."""
    return [
        Patch(Preprocessor, "__init__", _own_scopes),
        Patch(AmazonStateLanguageParser, "parse", staticmethod(parse_alone)),
    ]


def _own_scopes(self: Any) -> None:
    self._query_language_per_scope = []


def parse_alone(definition: str) -> Any:
    """Parse a definition by moto, while no other is parsed."""
    with _parsing:
        return _parse(definition)
