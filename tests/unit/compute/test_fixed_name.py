"""Physical names of environments, and what can be deployed with them."""

from typing import Any

import pytest
from aws_cdk import Annotations as Warnings
from aws_cdk import Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk.assertions import Annotations, Match

from constructs_lib import (
    Ec2ComputeEnvironment,
    FargateComputeEnvironment,
    ManagedInstancesComputeEnvironment,
    UnmanagedComputeEnvironment,
)

KINDS: list[tuple[Any, dict[str, Any]]] = [
    (Ec2ComputeEnvironment, {"max_vcpus": 4}),
    (FargateComputeEnvironment, {"max_vcpus": 4}),
    (ManagedInstancesComputeEnvironment, {"max_vcpus": 4}),
    (UnmanagedComputeEnvironment, {"instance_types": ["m7i.large"], "max_instances": 1}),
]


@pytest.mark.parametrize(("kind", "options"), KINDS, ids=[kind.__name__ for kind, _ in KINDS])
def test_a_fixed_name_is_warned_of_until_it_is_acknowledged(
    stack: Stack, vpc: ec2.Vpc, kind: Any, options: dict[str, Any]
) -> None:
    kind(stack, "Unnamed", vpc=vpc, **options)
    assert Annotations.from_stack(stack).find_warning("*", Match.any_value()) == []
    named = kind(stack, "Named", vpc=vpc, **options, compute_environment_name="bulk")
    (warning,) = Annotations.from_stack(stack).find_warning("/Stack/Named", Match.any_value())
    assert "[ack: constructs-lib:fixedEnvironmentName]" in str(warning.entry.data)
    Warnings.of(named).acknowledge_warning("constructs-lib:fixedEnvironmentName", "It never has tags.")
    assert Annotations.from_stack(stack).find_warning("*", Match.any_value()) == []
