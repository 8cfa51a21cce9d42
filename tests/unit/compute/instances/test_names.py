import pytest
from aws_cdk import Stack
from aws_cdk import aws_ec2 as ec2

from constructs_lib.compute.instances.names import architecture_of, instance_names
from constructs_lib.core.place import Place
from tests.unit.compute.instances.catalog import described


@pytest.fixture
def place(stack: Stack) -> Place:
    return Place("Ec2ComputeEnvironment", stack, "Ec2", "instance_types")


def test_the_name_tells_the_architecture_of_every_instance_type_of_ec2(place: Place) -> None:
    possible = {name: known["ProcessorInfo"]["SupportedArchitectures"] for name, known in described().items()}
    assert len(possible) > 1000
    assert instance_names(place, list(possible)) == list(possible)
    for name, found in possible.items():
        architecture = architecture_of(place, [name])
        assert architecture is not None
        assert architecture.name.lower().replace("arm_64", "arm64") in found, name


def test_members_of_the_enumeration_stand_for_their_family(place: Place) -> None:
    members = [ec2.InstanceClass.C7G, ec2.InstanceClass.COMPUTE7_GRAVITON3, ec2.InstanceClass.X2GD]
    assert instance_names(place, members) == ["c7g", "c7g", "x2gd"]


def test_names_in_capitals_are_not_changed_silently(place: Place) -> None:
    with pytest.raises(ValueError, match=r"got 'M7I\.large'"):
        instance_names(place, ["M7I.large"])
