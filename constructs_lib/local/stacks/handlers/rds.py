"""AWS::RDS: databases that nothing is stored in, and what they are made with.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_RDS.html
"""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from moto.ec2.models import ec2_backends
from moto.rds.models import rds_backends

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made, Properties
from constructs_lib.local.stacks.handlers.contract.resource_handler import ResourceHandler


class _Database(ResourceHandler):
    """Of a type that RDS makes; its names are in small letters.

    Args:
        kind: what operations call it, such as ``DBInstance``.
        name: the member with its name.
        others: members that templates call something else.
    """

    service = "rds"

    def __init__(self, kind: str, name: str, others: Mapping[str, str] | None = None) -> None:
        self._kind, self._name, self._others = kind, name, others or {}

    def make(self, desired: Desired) -> Made:
        name = str(desired.properties.get(self._name, desired.name)).lower()
        given = self._request(desired.properties)
        made = self.call(desired, self.creation(given), {**given, self._name: name})[self._kind]
        return Made(name, made)

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        if change.is_new:
            return
        changed, gone = change.tags()
        arn = made.model[f"{self._kind}Arn"]
        if changed:
            tags = [{"Key": key, "Value": value} for key, value in changed.items()]
            self.call(desired, "AddTagsToResource", ResourceName=arn, Tags=tags)
        if gone:
            self.call(desired, "RemoveTagsFromResource", ResourceName=arn, TagKeys=gone)
        names = {name for name in change.before | change.after if change.touches(name)} - {"Tags", self._name}
        if names:
            after = {name: change.after.get(name, self.default(name)) for name in names}
            self.modify(made, desired, self._request(after))

    def creation(self, properties: Properties) -> str:
        """The operation that makes it."""
        del properties
        return f"Create{self._kind}"

    def default(self, name: str) -> Any:
        """What a property is when it is taken away."""
        del name

    @abstractmethod
    def modify(self, made: Made, desired: Desired, changed: Properties) -> None:
        """Change what has changed."""

    def _request(self, properties: Properties) -> Properties:
        request = {self._others.get(name, name): value for name, value in properties.items()}
        if request.get("Engine"):
            request["Engine"] = str(request["Engine"]).lower()
        return request


class _Instance(_Database):
    attributes: ClassVar = {
        "DBInstanceArn": lambda it: it["DBInstanceArn"],
        "DBInstanceStatus": lambda it: it["DBInstanceStatus"],
        "DbiResourceId": lambda it: it["DbiResourceId"],
        "Endpoint.Address": lambda it: it["Endpoint"]["Address"],
        "Endpoint.Port": lambda it: str(it["Endpoint"]["Port"]),
        "MasterUserSecret.SecretArn": lambda it: it["MasterUserSecret"]["SecretArn"],
    }

    def creation(self, properties: Properties) -> str:
        if properties.get("SourceDBInstanceIdentifier"):
            return "CreateDBInstanceReadReplica"
        return "RestoreDBInstanceFromDBSnapshot" if properties.get("DBSnapshotIdentifier") else "CreateDBInstance"

    def default(self, name: str) -> Any:
        return {"DeletionProtection": False, "MultiAZ": False, "BackupRetentionPeriod": 1}.get(name)

    def modify(self, made: Made, desired: Desired, changed: Properties) -> None:
        self.call(desired, "ModifyDBInstance", changed, DBInstanceIdentifier=made.physical_id, ApplyImmediately=True)

    def read(self, made: Made, desired: Desired) -> Any:
        return self.call(desired, "DescribeDBInstances", DBInstanceIdentifier=made.physical_id)["DBInstances"][0]

    def remove(self, made: Made, desired: Desired) -> None:
        self.call(desired, "DeleteDBInstance", DBInstanceIdentifier=made.physical_id, SkipFinalSnapshot=True)


class _Cluster(_Database):
    attributes: ClassVar = {
        "DBClusterArn": lambda it: it["DBClusterArn"],
        "DBClusterResourceId": lambda it: it["DbClusterResourceId"],
        "Endpoint.Address": lambda it: it["Endpoint"],
        "Endpoint.Port": lambda it: str(it["Port"]),
        "ReadEndpoint.Address": lambda it: it["ReaderEndpoint"],
        "MasterUserSecret.SecretArn": lambda it: it["MasterUserSecret"]["SecretArn"],
    }

    def default(self, name: str) -> Any:
        return {"DeletionProtection": False, "BackupRetentionPeriod": 1}.get(name)

    def modify(self, made: Made, desired: Desired, changed: Properties) -> None:
        self.call(desired, "ModifyDBCluster", changed, DBClusterIdentifier=made.physical_id, ApplyImmediately=True)

    def read(self, made: Made, desired: Desired) -> Any:
        return self.call(desired, "DescribeDBClusters", DBClusterIdentifier=made.physical_id)["DBClusters"][0]

    def remove(self, made: Made, desired: Desired) -> None:
        self.call(desired, "DeleteDBCluster", DBClusterIdentifier=made.physical_id, SkipFinalSnapshot=True)
        # What RDS saved by itself goes with it, and moto leaves it.
        snapshots = _backend(desired).cluster_snapshots
        for name in [name for name in snapshots if name.startswith(f"rds:{made.physical_id}-")]:
            del snapshots[name]


class _SubnetGroup(_Database):
    attributes: ClassVar = {"DBSubnetGroupArn": lambda it: it["DBSubnetGroupArn"]}

    def modify(self, made: Made, desired: Desired, changed: Properties) -> None:
        # moto loses a group when it is changed by its API.
        group, after = _backend(desired).subnet_groups[made.physical_id], desired.properties
        group.description = after["DBSubnetGroupDescription"]
        if "SubnetIds" in changed:
            ec2 = ec2_backends[desired.services.account][desired.services.region]
            group.subnets = [ec2.get_subnet(subnet) for subnet in after["SubnetIds"]]

    def remove(self, made: Made, desired: Desired) -> None:
        self.call(desired, "DeleteDBSubnetGroup", DBSubnetGroupName=made.physical_id)


class _ParameterGroup(_Database):
    """A group of parameters, of instances or of clusters."""

    attributes: ClassVar = {"DBParameterGroupArn": lambda it: it["DBParameterGroupArn"]}

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        if change.is_new:
            self.modify(made, desired, change.after)
        super().settle(made, desired, change)

    def modify(self, made: Made, desired: Desired, changed: Properties) -> None:
        if "Parameters" not in changed:
            return
        # Those that are in it no longer have their default, as in one that is new.
        self._groups(desired)[made.physical_id].parameters.clear()
        parameters = [
            {"ParameterName": name, "ParameterValue": str(value), "ApplyMethod": "pending-reboot"}
            for name, value in (changed["Parameters"] or {}).items()
        ]
        if parameters:
            self.call(desired, f"Modify{self._kind}", {self._name: made.physical_id}, Parameters=parameters)

    def remove(self, made: Made, desired: Desired) -> None:
        self.call(desired, f"Delete{self._kind}", {self._name: made.physical_id})

    def _groups(self, desired: Desired) -> Any:
        backend = _backend(desired)
        return backend.db_parameter_groups if self._kind == "DBParameterGroup" else backend.db_cluster_parameter_groups


def _backend(desired: Desired) -> Any:
    return rds_backends[desired.services.account][desired.services.region]


_FAMILY = {"Family": "DBParameterGroupFamily"}

HANDLERS: dict[str, Handler] = {
    "AWS::RDS::DBCluster": _Cluster("DBCluster", "DBClusterIdentifier"),
    "AWS::RDS::DBClusterParameterGroup": _ParameterGroup(
        "DBClusterParameterGroup", "DBClusterParameterGroupName", _FAMILY
    ),
    "AWS::RDS::DBInstance": _Instance(
        "DBInstance", "DBInstanceIdentifier", {"VPCSecurityGroups": "VpcSecurityGroupIds"}
    ),
    "AWS::RDS::DBParameterGroup": _ParameterGroup("DBParameterGroup", "DBParameterGroupName", _FAMILY),
    "AWS::RDS::DBSubnetGroup": _SubnetGroup("DBSubnetGroup", "DBSubnetGroupName"),
}
