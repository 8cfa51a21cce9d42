"""AWS::Redshift: clusters and the subnets that they are in; moto keeps them, and runs no query.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Redshift.html
"""

from dataclasses import dataclass
from typing import Any

from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made, Properties
from constructs_lib.local.stacks.handlers.contract.operations_handler import OperationsHandler
from constructs_lib.local.stacks.handlers.contract.tags import Tagging

_TAGGING = Tagging("create_tags", "delete_tags")


@dataclass(frozen=True, kw_only=True)
class _Redshift(OperationsHandler):
    """Something of Redshift, whose names are in lower case.

    Args:
        kind: of its ARN.
    """

    service: str = "redshift"
    kind: str

    def given(self, desired: Desired) -> Properties:
        given = super().given(desired)
        return {**given, self.name: str(given[self.name]).lower()}

    def attribute(self, made: Made, desired: Desired, name: str) -> Any:
        """Its ARN, by which it is tagged, or what is told of it."""
        if name == "Arn":
            return desired.services.arn(self.service, f"{self.kind}:{made.physical_id}")
        return super().attribute(made, desired, name)


@dataclass(frozen=True, kw_only=True)
class _Cluster(_Redshift):
    def remove(self, made: Made, desired: Desired) -> None:
        """Delete it without a last snapshot: what a template says of that is the policy of its deletion."""
        client = desired.services.client(self.service)
        client.delete_cluster(ClusterIdentifier=made.physical_id, SkipFinalClusterSnapshot=True)

    def read(self, made: Made, desired: Desired) -> Any:
        return super().read(made, desired)["Clusters"][0]


HANDLERS: dict[str, Handler] = {
    "AWS::Redshift::Cluster": _Cluster(
        kind="cluster",
        makes="create_cluster",
        changes="modify_cluster",
        removes="delete_cluster",
        reads="describe_clusters",
        key="ClusterIdentifier",
        name="ClusterIdentifier",
        paths={"Id": "", "Endpoint.Address": "Endpoint.Address", "Endpoint.Port": "Endpoint.Port"},
        tagging=_TAGGING,
        tagged="Arn",
    ),
    "AWS::Redshift::ClusterSubnetGroup": _Redshift(
        kind="subnetgroup",
        makes="create_cluster_subnet_group",
        changes="modify_cluster_subnet_group",
        removes="delete_cluster_subnet_group",
        key="ClusterSubnetGroupName",
        name="ClusterSubnetGroupName",
        paths={"ClusterSubnetGroupName": ""},
        tagging=_TAGGING,
        tagged="Arn",
    ),
}
