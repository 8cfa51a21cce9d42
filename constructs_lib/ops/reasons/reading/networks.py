"""The subnets of the environment of a job, and how they lead out."""

from collections.abc import Mapping
from typing import Any

from constructs_lib.ops.reasons.failed.routes import Network
from constructs_lib.ops.reasons.job_descriptions import public_address
from constructs_lib.ops.reasons.reading.asking import Asking
from constructs_lib.ops.reasons.reading.queues import environments_of, queue_of
from constructs_lib.ops.reasons.waiting.situation import is_fargate

Described = Mapping[str, Any]


def network_of(asking: Asking, job: Described) -> Network:
    """The network of the first environment of the queue of a job; an empty one where it cannot be asked."""
    environments = environments_of(asking, queue_of(asking, job["jobQueue"]))
    names = [name for each in environments[:1] for name in each.get("computeResources", {}).get("subnets", [])]
    if not names:
        return Network()
    client = asking.client("ec2")
    subnets: list[Described] = asking.ask(
        "ec2:DescribeSubnets", lambda: client.describe_subnets(SubnetIds=names)["Subnets"], []
    )
    if not subnets:
        return Network()
    of_vpc = [{"Name": "vpc-id", "Values": sorted({str(each["VpcId"]) for each in subnets})}]
    tables: list[Described] = asking.ask(
        "ec2:DescribeRouteTables", lambda: client.describe_route_tables(Filters=of_vpc)["RouteTables"], []
    )
    endpoints: list[Described] = asking.ask(
        "ec2:DescribeVpcEndpoints", lambda: client.describe_vpc_endpoints(Filters=of_vpc)["VpcEndpoints"], []
    )
    return Network(
        subnets=subnets,
        tables=tables,
        endpoints=[str(each["ServiceName"]) for each in endpoints],
        has_public_addresses=public_address(job) if is_fargate(environments[0]) else None,
    )
