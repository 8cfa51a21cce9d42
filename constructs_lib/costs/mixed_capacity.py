"""On-demand and Spot capacity side by side, in shares of one maximum."""

from collections.abc import Sequence

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from constructs_lib.compute.ec2.environment import Ec2ComputeEnvironment
from constructs_lib.compute.fargate_environment import FargateComputeEnvironment
from constructs_lib.compute.instances.names import InstanceName
from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.arguments import check_range
from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.platform import Platform
from constructs_lib.core.quantities import known, readable
from constructs_lib.costs.cap import Cappable
from constructs_lib.rules import Rule


@checked
class MixedCapacity(Construct):
    """Two compute environments that share a maximum of vCPUs: one on demand, one on Spot.

    Pass ``compute_environments`` to a `JobQueue` or to `PriorityQueues`. The shares are of the maximum: AWS Batch fills
    the first environment before it uses the second, and knows no mixture at part load. With the on-demand base first, a
    queue that is half full may run on demand alone; with ``spot_first`` it may run on Spot alone, and on-demand
    capacity carries the rest. Jobs on Spot are interrupted: let them be tried again, or give fan-outs a
    ``fallback_queue``.
    Source: https://docs.aws.amazon.com/batch/latest/userguide/job_queue_parameters.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        vpc: where instances or tasks start.
        max_vcpus: of both environments together.
        spot_share: percent of ``max_vcpus`` that is Spot, 1 to 99; the environments get whole vCPUs.
        spot_first: use Spot before on-demand capacity. Default: on-demand capacity is the base, and used first.
        platform: ``Platform.EC2`` or ``Platform.FARGATE``. Default: EC2.
        instance_types: of both; EC2 only. Default: AWS's current choice.
        vpc_subnets: of both. Default: the private subnets with egress.

    Raises:
        ConfigurationError: a share that leaves one of them without a vCPU, instance types on Fargate.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        vpc: ec2.IVpc,
        max_vcpus: int,
        spot_share: float,
        spot_first: bool = False,
        platform: Platform = Platform.EC2,
        instance_types: Sequence[InstanceName] | None = None,
        vpc_subnets: ec2.SubnetSelection | None = None,
    ) -> None:
        place = ArgumentPath("MixedCapacity", scope, construct_id)
        check_range(place.of("spot_share"), spot_share, 1, 99, rule=Rule.SPOT_SHARE, unit=" %")
        for name, number in {"spot_share": spot_share, "max_vcpus": max_vcpus}.items():
            known(place.of(name), number, "this app divides the vCPUs")
        spot_vcpus = round(max_vcpus * spot_share / 100)
        if not 0 < spot_vcpus < max_vcpus:
            raise Rule.SPOT_SHARE.error(
                place,
                got=f"{readable(spot_share)} % of {readable(max_vcpus)} vCPUs",
                expected="each of the two environments has at least one vCPU",
                fix="Use one environment, or more vCPUs.",
            )
        _check_types(place, platform, instance_types)
        super().__init__(scope, construct_id)

        def make(name: str, vcpus: int, *, spot: bool) -> Cappable:
            if platform is Platform.FARGATE:
                return FargateComputeEnvironment(
                    self, name, vpc=vpc, vpc_subnets=vpc_subnets, max_vcpus=vcpus, spot=spot
                )
            return Ec2ComputeEnvironment(
                self,
                name,
                vpc=vpc,
                vpc_subnets=vpc_subnets,
                max_vcpus=vcpus,
                spot=spot,
                instance_types=instance_types,
            )

        self.on_demand = make("OnDemand", max_vcpus - spot_vcpus, spot=False)
        self.spot = make("Spot", spot_vcpus, spot=True)
        self.spot_first = spot_first

    @property
    def compute_environments(self) -> list[Cappable]:
        """Both environments, in the order in which they are used."""
        return [self.spot, self.on_demand] if self.spot_first else [self.on_demand, self.spot]


def _check_types(place: ArgumentPath, platform: Platform, instance_types: Sequence[InstanceName] | None) -> None:
    if platform is Platform.FARGATE and instance_types is not None:
        raise Rule.FARGATE_INSTANCE_TYPES.error(
            place.of("instance_types"),
            got="instance types on Fargate",
            expected="Fargate has none",
            fix="Leave them out, or use Platform.EC2.",
        )
