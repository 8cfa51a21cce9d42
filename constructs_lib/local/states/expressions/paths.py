"""Gap: moto builds a parser and parses anew each time that a JSONPath is evaluated, nearly a millisecond."""

from functools import lru_cache

from moto.stepfunctions.parser.asl.utils import json_path

from constructs_lib.local.states.patching import Patch


def patches() -> list[Patch]:
    """Parse each path once."""
    return [Patch(json_path, "parse", lru_cache(maxsize=4096)(json_path.parse))]
