"""Variables: who sees which value.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
"""

from collections.abc import Callable
from typing import Any

Start = Callable[..., Any]


def test_all_expressions_of_a_state_see_the_values_from_before_it(start: Start) -> None:
    states = {
        "First": {"Type": "Pass", "Assign": {"a": 1, "b": 2}, "Next": "Swap"},
        "Swap": {"Type": "Pass", "Assign": {"a": "{% $b %}", "b": "{% $a %}"}, "Output": "{% $a %}", "Next": "Last"},
        "Last": {
            "Type": "Pass",
            "Output": {"a": "{% $a %}", "b": "{% $b %}", "before": "{% $states.input %}"},
            "End": True,
        },
    }
    assert start(states).output() == {"a": 2, "b": 1, "before": 1}


def test_a_value_of_a_variable_may_be_anything(start: Start) -> None:
    states = {
        "Set": {"Type": "Pass", "Assign": {"all": "{% $states.input %}", "none": None}, "Next": "Get"},
        "Get": {"Type": "Pass", "Output": {"n": "{% $all.list[1].n %}", "none": "{% $none %}"}, "End": True},
    }
    assert start(states, {"list": [{"n": 1}, {"n": 2}]}).output() == {"n": 2, "none": None}


def test_iterations_see_the_variables_around_them_and_keep_their_own(start: Start) -> None:
    inside = {
        "StartAt": "Add",
        "States": {
            "Add": {"Type": "Pass", "Assign": {"own": "{% $states.input + $outer %}"}, "Next": "Get"},
            "Get": {"Type": "Pass", "Output": "{% $own %}", "End": True},
        },
    }
    states = {
        "Set": {"Type": "Pass", "Assign": {"outer": 10}, "Next": "Map"},
        "Map": {"Type": "Map", "Items": [1, 2], "ItemProcessor": inside, "Next": "Last"},
        "Last": {
            "Type": "Pass",
            "Output": {"made": "{% $states.input %}", "own": "{% $exists($own) %}"},
            "End": True,
        },
    }
    assert start(states).output() == {"made": [11, 12], "own": False}


def test_branches_may_use_the_same_name(start: Start) -> None:
    def branch(value: int) -> dict[str, Any]:
        return {
            "StartAt": f"Set{value}",
            "States": {
                f"Set{value}": {"Type": "Pass", "Assign": {"v": value}, "Next": f"Get{value}"},
                f"Get{value}": {"Type": "Pass", "Output": "{% $v %}", "End": True},
            },
        }

    states = {"Both": {"Type": "Parallel", "Branches": [branch(1), branch(2)], "End": True}}
    assert start(states).output() == [1, 2]


def test_a_choice_and_a_catch_may_assign(start: Start) -> None:
    states = {
        "Choose": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $states.input > 1 %}", "Assign": {"size": "large"}, "Next": "Fail"}],
            "Assign": {"size": "small"},
            "Default": "Fail",
        },
        "Fail": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:s3:getObject",
            "Arguments": {"Bucket": "none", "Key": "{% $nothing %}"},
            "Catch": [
                {
                    "ErrorEquals": ["States.QueryEvaluationError"],
                    "Assign": {"error": "{% $states.errorOutput.Error %}"},
                    "Next": "Last",
                }
            ],
            "End": True,
        },
        "Last": {"Type": "Pass", "Output": "{% $size & ' ' & $error %}", "End": True},
    }
    assert start(states, 2).output() == "large States.QueryEvaluationError"
    assert start(states, 1).output() == "small States.QueryEvaluationError"
