"""Every argument that is a number, a size or a time, given as a CfnParameter: it arrives, or is refused in words."""

import json
from types import NoneType
from typing import Any

import pytest
from aws_cdk import App, CfnParameter, Duration, Size, Stack
from aws_cdk.assertions import Template

from constructs_lib import ConfigurationError, NetworkAccess, Platform
from constructs_lib.core.checked.fitting import options_of
from tests.unit.core.right_calls import CONSTRUCTS, Parts, made
from tests.unit.core.test_argument_table import CALLABLES, annotations

NUMBERS = {int: [lambda token: token], float: [lambda token: token]}
SIZES = {
    Size: [Size.mebibytes, Size.gibibytes, Size.tebibytes],
    Duration: [Duration.seconds, Duration.minutes, Duration.hours, Duration.days],
}
REFUSED = {("FargateComputeEnvironment", "update_timeout")}
"""Whatever their value is."""
CASES = [
    (name, argument, kind, form)
    for name in CONSTRUCTS
    for argument, wanted in annotations(*CALLABLES[name]).items()
    for kind, forms in (NUMBERS | SIZES).items()
    if kind in options_of(wanted) and (name, argument) not in REFUSED
    for form in range(len(forms))
]
BESIDE: dict[tuple[str, str], dict[str, Any]] = {
    ("Ec2ComputeEnvironment", "spot_bid_percentage"): {"spot": True},
    ("BatchNetwork", "nat_gateways"): {"access": NetworkAccess.NAT},
    ("ContainerJob", "gpus"): {"platform": Platform.EC2},
}
"""What an argument cannot do without."""


@pytest.fixture(scope="module")
def outcomes() -> dict[tuple[str, str, type, int], str]:
    """What became of each: refused in words, or the text of the template."""
    stack = Stack(App(analytics_reporting=False, context={"@aws-cdk/core:stackResourceLimit": 0}), "Stack")
    parts = Parts(stack)
    told: dict[tuple[str, str, type, int], str] = {}
    for number, case in enumerate(CASES):
        name, argument, kind, form = case
        token = CfnParameter(stack, f"N{number}x", type="Number", default=4).value_as_number
        value = (NUMBERS | SIZES)[kind][form](token)
        changes = {**BESIDE.get((name, argument), {}), argument: value}
        try:
            made(parts, name, f"Case{number}", **changes)
        except ConfigurationError as error:
            told[case] = str(error)
    template = json.dumps(Template.from_stack(stack).to_json())
    return {case: told.get(case, template) for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{case[1]}-{case[3]}")
def test_a_token_arrives_or_is_refused_in_words(
    outcomes: dict[tuple[str, str, type, int], str], case: tuple[str, str, type, int]
) -> None:
    told = outcomes[case]
    assert "e+289" not in told
    assert "-188815" not in told
    assert "Token[" not in told
    if not told.startswith("{"):
        assert f" {case[1]}" in told
        assert "(ARG004)" in told
    else:
        assert f'{{"Ref": "N{CASES.index(case)}x"}}' in told


def test_the_table_has_all_kinds() -> None:
    assert len(CASES) > 100
    assert NoneType not in (NUMBERS | SIZES)
