"""Every type that has a handler of its own has a life in a test."""

from importlib import import_module
from pathlib import Path

from constructs_lib.local.stacks.handlers.registry import OWN
from tests.unit.local.stacks.handlers.lives import Life

NO_LIFE = {
    "AWS::ApiGateway::Account": "is not taken away with its stack",
    "AWS::Athena::NamedQuery": "is not taken away, as moto cannot",
    "AWS::CDK::Metadata": "is nothing",
    "AWS::CloudFormation::WaitCondition": "is nothing",
    "AWS::CloudFormation::WaitConditionHandle": "is nothing",
    "AWS::EC2::CapacityReservation": "is there for its stack alone",
    "AWS::EC2::PlacementGroup": "is there for its stack alone",
    "AWS::EC2::VPNGatewayRoutePropagation": "is there for its stack alone",
    "AWS::ElasticLoadBalancing::LoadBalancer": "is of moto, which does not change it",
    "AWS::IoT::PolicyPrincipalAttachment": "is for a certificate, which no template makes here",
    "AWS::IoT::ThingPrincipalAttachment": "is for a certificate, which no template makes here",
    "AWS::SecretsManager::SecretTargetAttachment": "leaves its secret as it is",
}


def lives() -> set[str]:
    """The types that have one."""
    here = Path(__file__).parent
    modules = [import_module(f"tests.unit.local.stacks.handlers.{path.stem}") for path in here.glob("test_*.py")]
    tables = [value for module in modules for value in vars(module).values() if isinstance(value, list)]
    return {item.resource_type for table in tables for item in table if isinstance(item, Life)}


def test_every_type_with_a_handler_has_a_life() -> None:
    assert OWN.keys() - lives() - NO_LIFE.keys() == set()
