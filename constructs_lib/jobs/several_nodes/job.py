"""Jobs on several instances that work together, with MPI, NCCL and the like."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Unpack

import jsii
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from constructs_lib.compute.instances.names import checked_name, warn_of_unknown_types
from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.checked.options import documented, filled, flat
from constructs_lib.core.level1 import cfn_job_definition
from constructs_lib.core.platform import Platform
from constructs_lib.jobs.container import (
    make_container,
    make_job_role,
    make_log_group,
    processor_of_images,
    warn_of_moving_images,
)
from constructs_lib.jobs.definition_options import (
    DefinitionOptions,
    check_definition,
    definition_arguments,
    render_kept_revisions,
)
from constructs_lib.jobs.program import Program
from constructs_lib.jobs.several_nodes.checks import check_groups, check_interfaces
from constructs_lib.jobs.several_nodes.group import NodeGroup
from constructs_lib.storage.mounts import Mounts

_CONTAINER = "NodeProperties.NodeRangeProperties.{}.Container"


@checked
@documented
@jsii.implements(iam.IGrantable)
class MultiNodeJob(batch.MultiNodeJobDefinition):
    """A definition of multi-node parallel jobs, whose nodes run on separate instances and start together.

    AWS Batch starts all nodes or no node. The main node starts first; the job ends with it, and with its exit code. The
    other nodes find its address in ``AWS_BATCH_JOB_MAIN_NODE_PRIVATE_IPV4_ADDRESS``, and their own numbers in
    ``AWS_BATCH_JOB_NODE_INDEX``. The nodes communicate by the network, which the compute environment must allow: by
    ``environment.connections.allow_internally(...)``, or its ``efa``. AWS Batch runs such jobs on demand on managed
    EC2, not on Spot or Fargate, not as arrays, and without public addresses. `SubmitJob` accepts them with
    ``wait=False``.
    Sources: https://docs.aws.amazon.com/batch/latest/userguide/multi-node-parallel-jobs.html and
    https://docs.aws.amazon.com/batch/latest/userguide/mnp-ce.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        groups: up to five groups of nodes, numbered in this order.
        main_node: number of the main node. Default: 0, the first node of the first group.
        instance_type: of all nodes, one of those of the compute environment. Default: AWS Batch chooses one.
        efa_interfaces: number of Elastic Fabric Adapters of the instance that the container can use; with ``efa`` of
            `Ec2ComputeEnvironment`, 1. Default: 0.
        timeout: of an attempt of the whole job, at least a minute. Default: one hour.
        log_group: log group of the output. Default: a new group, deleted with the stack.

    Raises:
        ConfigurationError: no group or more than five, more than 1,000 nodes, a main node that does not exist, an
            instance type that does not exist or has no adapters, or a container that AWS Batch would reject.
    """

    @flat
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        groups: Sequence[NodeGroup],
        main_node: int = 0,
        instance_type: ec2.InstanceType | str | None = None,
        efa_interfaces: int = 0,
        **options: Unpack[DefinitionOptions],
    ) -> None:
        given = filled(DefinitionOptions, options)
        parameters = given["parameters"]
        place = ArgumentPath("MultiNodeJob", scope, construct_id)
        check_groups(place, groups, main_node)
        node_type = None if instance_type is None else checked_name(place.of("instance_type"), instance_type)
        check_interfaces(place, efa_interfaces, node_type)
        check_definition(place, given)
        mounts = [Mounts(place, Platform.EC2, group.storage, (), group.environment or {}) for group in groups]
        self.program = Program([word for each in groups for word in each.command or ()], parameters)
        self.program.check_length(place)
        execution_role = given["execution_role"]
        parts = Construct(scope, f"{construct_id}Container")
        self.groups = tuple(groups)
        self.node_type: str | None = node_type
        """The instance type of all nodes; None if AWS Batch chooses it."""
        self.architecture: ec2.InstanceArchitecture | None = processor_of_images(group.image for group in groups)
        """Of the processor; None if it is unknown."""
        self.nodes = sum(group.nodes for group in groups)
        self.log_group: logs.ILogGroup = given["log_group"] or make_log_group(parts, given["log_retention"])
        self.job_role: iam.IRole = given["job_role"] or make_job_role(parts)
        containers: list[batch.MultiNodeContainer] = []
        ends = accumulate(group.nodes for group in groups)
        for index, (group, own, end) in enumerate(zip(groups, mounts, ends, strict=True)):
            definition = make_container(
                Construct(parts, f"Group{index}"),
                Platform.EC2,
                **group.arguments_with_efa(efa_interfaces),
                ephemeral_storage=None,
                assign_public_ip=False,
                architecture=None,
                environment=own.environment or None,
                job_role=self.job_role,
                execution_role=execution_role,
                logging=ecs.LogDriver.aws_logs(stream_prefix=construct_id, log_group=self.log_group),
                volumes=own.volumes or None,
            )
            execution_role = definition.execution_role  # that of the first group, for all groups
            first = end - group.nodes
            containers.append(batch.MultiNodeContainer(container=definition, start_node=first, end_node=end - 1))
        super().__init__(
            scope,
            construct_id,
            containers=containers,
            main_node=main_node,
            instance_type=ec2.InstanceType(node_type) if node_type else None,
            **definition_arguments(given),
        )
        render_kept_revisions(self, given)
        warn_of_unknown_types(self, [node_type] if node_type else [])
        warn_of_moving_images(self, [group.image for group in groups])
        for index, (group, own) in enumerate(zip(groups, mounts, strict=True)):
            container = _CONTAINER.format(index)
            own.attach(self, self.job_role, f"{container}.Volumes")
            if group.image.credentials:
                arn = group.image.credentials.secret_arn
                name = f"{container}.RepositoryCredentials.CredentialsParameter"
                cfn_job_definition(self).add_property_override(name, arn)

    @property
    @jsii.member(jsii_name="grantPrincipal")
    def grant_principal(self) -> iam.IPrincipal:
        """The job's role, which receives the permissions that are granted to the job."""
        return self.job_role
