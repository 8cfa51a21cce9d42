import pytest
from aws_cdk import Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk.assertions import Annotations, Match

from constructs_lib import ConfigurationError
from constructs_lib.compute.instances.names import architecture_of, instance_names, warn_of_unknown_types
from constructs_lib.core.argument_path import ArgumentPath
from tests.unit.compute.instances.catalog import described


@pytest.fixture
def place(stack: Stack) -> ArgumentPath:
    return ArgumentPath("Ec2ComputeEnvironment", stack, "Ec2", "instance_types")


def test_the_name_tells_the_architecture_of_every_instance_type_of_ec2(place: ArgumentPath) -> None:
    possible = {name: known["ProcessorInfo"]["SupportedArchitectures"] for name, known in described().items()}
    assert len(possible) > 1000
    assert instance_names(place, list(possible)) == list(possible)
    for name, found in possible.items():
        architecture = architecture_of(place, [name])
        assert architecture is not None
        assert architecture.name.lower().replace("arm_64", "arm64") in found, name


def test_members_of_the_enumeration_stand_for_their_family(place: ArgumentPath) -> None:
    members = [ec2.InstanceClass.C7G, ec2.InstanceClass.COMPUTE7_GRAVITON3, ec2.InstanceClass.X2GD]
    assert instance_names(place, members) == ["c7g", "c7g", "x2gd"]


def test_names_in_capitals_are_not_changed_silently(place: ArgumentPath) -> None:
    with pytest.raises(ValueError, match=r"got 'M7I\.large'"):
        instance_names(place, ["M7I.large"])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("m7i.bogus", "m7i has the sizes large, xlarge, 2xlarge"),
        ("m7i.3xlarge", "m7i has the sizes large"),
        ("m7i.micro", "m7i has the sizes"),
        ("m99.bogus", "there is no size bogus"),
        ("m7i.", "an instance type such as"),
        ("large", "an instance type such as"),
        ("mac2.metal", "AWS Batch has no Macs"),
        (ec2.InstanceType("c7g.48xlarge"), "c7g has the sizes"),
    ],
)
def test_a_type_that_does_not_exist_is_refused(
    place: ArgumentPath, name: str | ec2.InstanceType, expected: str
) -> None:
    with pytest.raises(ConfigurationError, match=rf"instance_types\[1\]: got '.*', {expected}.*\(BATCH003\)"):
        instance_names(place, ["m7i.large", name])


@pytest.mark.parametrize("name", ["m99.large", "m99", "m7i", "default_arm64", "${Token[TOKEN.1]}"])
def test_what_may_be_newer_than_the_library_passes(place: ArgumentPath, name: str) -> None:
    assert instance_names(place, [name]) == [name]


def test_what_is_not_known_is_warned_of(stack: Stack) -> None:
    warn_of_unknown_types(stack, ["m7i.large", "c7g", "optimal", "${Token[TOKEN.1]}"])
    assert Annotations.from_stack(stack).find_warning("*", Match.any_value()) == []
    warn_of_unknown_types(stack, ["m7i.large", "m99.large", "c99"])
    (warning,) = Annotations.from_stack(stack).find_warning("/Stack", Match.any_value())
    assert str(warning.entry.data).startswith("m99.large, c99: not among")
    assert "[ack: constructs-lib:unknownInstanceType]" in str(warning.entry.data)
