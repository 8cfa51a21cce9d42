"""Gap: moto's parser keeps the query language of open scopes in one list for the whole process.

A definition that is refused leaves its scope behind and spoils all later ones, and so do two that are parsed at once.
And it parses a definition from the start for each check and each execution: most of the computing of a short run.
"""

import threading
from functools import lru_cache
from typing import Any

from moto.stepfunctions.parser.asl.antlr.runtime.ASLLexer import ASLLexer
from moto.stepfunctions.parser.asl.antlr.runtime.ASLParser import ASLParser
from moto.stepfunctions.parser.asl.parse.asl_parser import (
    AmazonStateLanguageParser,
    ASLParserException,
    CommonTokenStream,
    InputStream,
    SyntaxErrorListener,
)
from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor

from constructs_lib.local.patching import Patch

_KEPT = 16
"""So many trees of definitions are kept, of those that were parsed last; each takes a few megabytes."""

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
    """What moto runs of a definition, new for whoever asks, and its tree; made while no other is parsed."""
    with _parsing:
        tree = _tree(definition)
        return Preprocessor().visit(tree), tree


@lru_cache(maxsize=_KEPT)
def _tree(definition: str) -> Any:
    """The tree of a definition, which is only read: what an execution changes, it makes of it anew."""
    listener = SyntaxErrorListener()
    parser = ASLParser(CommonTokenStream(ASLLexer(InputStream(definition))))
    parser.removeErrorListeners()
    parser.addErrorListener(listener)
    tree = parser.state_machine()
    if listener.errors:
        raise ASLParserException(errors=listener.errors)
    return tree
