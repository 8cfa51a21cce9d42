"""A definition is read once, for its check and for all of its executions; what these run of it is theirs."""

import json

import pytest
from moto.stepfunctions.parser.asl.parse.asl_parser import ASLParserException

from constructs_lib.local.states.definitions.parsing import parse_alone

DEFINITION = json.dumps({"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 5, "End": True}}})


def test_a_definition_is_read_once_and_what_runs_of_it_is_new_for_each_execution() -> None:
    first, tree = parse_alone(DEFINITION)
    second, same_tree = parse_alone(DEFINITION)
    assert tree is same_tree
    assert first is not second
    assert first.states.states["Wait"] is not second.states.states["Wait"]
    assert list(first.states.states) == list(second.states.states) == ["Wait"]


def test_what_is_refused_is_refused_each_time() -> None:
    for _ in range(2):
        with pytest.raises(ASLParserException):
            parse_alone(DEFINITION.replace('"Wait"', '"Waits"', 1).replace('"End": true', '"End": "perhaps"'))
