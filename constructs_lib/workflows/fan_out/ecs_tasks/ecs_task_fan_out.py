"""A list of items as a Map state with an Amazon ECS task on Fargate for each item."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Unpack

from aws_cdk import Duration
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.checked.options import documented, flat
from constructs_lib.limits import STEP_FUNCTIONS_INLINE_MAP_CONCURRENCY
from constructs_lib.workflows.fan_out.ecs_tasks.arguments import (
    check_attempts,
    check_capacity,
    check_timeout,
    item_container,
)
from constructs_lib.workflows.fan_out.ecs_tasks.network import TaskNetwork
from constructs_lib.workflows.fan_out.ecs_tasks.revisions import started_revision
from constructs_lib.workflows.fan_out.ecs_tasks.run import TaskRun, events_per_item
from constructs_lib.workflows.fan_out.list.arguments import check_concurrency, check_fan_out_environment
from constructs_lib.workflows.fan_out.list.bucket import fan_out_bucket, grant_to_role
from constructs_lib.workflows.fan_out.list.fragment import ITEMS, FanOutFragment, check_list, read_list
from constructs_lib.workflows.fan_out.list.guard import Guard, MostItems
from constructs_lib.workflows.fan_out.list.items import (
    ITERATED,
    ITERATION_ENVIRONMENT,
    ITERATION_INDEX,
    MOST_BYTES,
    plan_for_map,
)
from constructs_lib.workflows.fan_out.list.options import ListOptions
from constructs_lib.workflows.fan_out.list.outcome import NotAccepted, Outcome
from constructs_lib.workflows.fan_out.list.plan import StoredList
from constructs_lib.workflows.fan_out.list.steps import Context, Steps, Ways
from constructs_lib.workflows.fan_out.list.summary import CAUSE_TO_RERUN
from constructs_lib.workflows.fan_out.list.tolerance import Tolerance
from constructs_lib.workflows.fan_out.map.iterations import (
    CAUSE_CHARACTERS,
    MAP_OUTCOME,
    most_items_of_map,
)
from constructs_lib.workflows.states.mark import remembers_options
from constructs_lib.workflows.submit.changes import check_length
from constructs_lib.workflows.submit.overrides import environment_list

_NOT_ACCEPTED: Final = NotAccepted("Task was not accepted", "Passes on what Amazon ECS said.")
_INSTEAD: Final = "Use an ArrayFanOut, which takes 40,000, or a DistributedFanOut."


@checked
@documented
class EcsTaskFanOut(FanOutFragment):
    """Runs an Amazon ECS task on Fargate or Fargate Spot for each item of a list, in a Map state, up to 40 at a time.

    The container is the same as in the other fan-outs: it receives its own item in the variable ``ITEMS``; if an item
    is too long for a variable, the list is stored once in S3 (``ITEMS_URI``, ``ITEMS_OFFSET``). Its result goes to
    ``RESULTS_URI``. An item succeeds when its container exits with code 0 and no other essential container fails; the
    state machine does not poll. Tasks that were interrupted by a Spot reclaim or by maintenance of AWS, or that could
    not start, run again. There is no queue: when Fargate has no capacity or a quota of the account is reached, a task
    is tried again for some minutes, and then fails.

    All items run, even when some fail. The output is the summary ``{"total", "succeeded", "failed", "failedIndexes",
    "jobIds", "itemsUri"?, "resultsUri"?}``, with the ids of the tasks as ``jobIds``. If more items fail than tolerated,
    the execution fails with the error ``FanOut.TooManyFailures`` and the summary as the cause, or, if Amazon ECS
    rejected a task, with the error of Amazon ECS. A history is limited to 25,000 events, and an attempt has 8: with
    three attempts, a list of more than 857 items fails with ``FanOut.TooManyItems`` before anything runs. Stopping the
    execution stops its tasks.
    Sources: https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html and
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope; the states are named after it.
        cluster: of the tasks; with ``spot``, the Fargate Spot capacity provider is enabled on a cluster of this app,
            and must already be enabled on an imported cluster.
        task_definition: of the tasks, for Fargate. Its task role is allowed to read the list and to write results. Its
            revisions stay ACTIVE, because executions that began before a deployment run the revision of that time; of a
            definition in another stack, the newest revision runs.
        container: the container that works on the item. Default: the definition's default container.
        items: a JSONata expression for the array of items. Default: ``items`` of the state's input.
        max_concurrency: tasks at a time, 1 to 40. Default: 40, the limit of Step Functions.
        spot: run on spare capacity, at a lower price and with reclaims. Default: on demand.
        on_demand_fallback: with ``spot``, run the last attempt at an item on demand. Default: all attempts on Spot.
        attempts: number of attempts at an item whose task is interrupted or cannot start, 1 to 10. Default: 3.
        timeout: of a task, counted from its request; then its item has failed, and Step Functions tries to stop the
            task. Default: one hour, as for jobs.
        vpc_subnets: of the tasks, at most 16. Default: the private subnets with egress; a VPC without them is an error.
        security_groups: of the tasks, at most 5. Default: a new group without inbound rules.
        assign_public_ip: give the tasks public IP addresses. Default: yes in public subnets, where a task has no other
            route to the internet; otherwise no.
        environment: environment variables of all tasks; values may be JSONata expressions. Default: no variables.

    Raises:
        ConfigurationError: an argument that AWS would reject, or an environment variable that the fan-out sets itself.
    """

    @remembers_options
    @flat
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        cluster: ecs.ICluster,
        task_definition: ecs.TaskDefinition,
        container: ecs.ContainerDefinition | None = None,
        items: str = ITEMS,
        max_concurrency: int = STEP_FUNCTIONS_INLINE_MAP_CONCURRENCY,
        spot: bool = False,
        on_demand_fallback: bool = False,
        attempts: int = 3,
        timeout: Duration | None = None,
        vpc_subnets: ec2.SubnetSelection | None = None,
        security_groups: Sequence[ec2.ISecurityGroup] | None = None,
        assign_public_ip: bool | None = None,
        **options: Unpack[ListOptions],
    ) -> None:
        place = ArgumentPath(type(self).__name__, scope, construct_id)
        environment, tolerance = options.get("environment"), Tolerance.of(options)
        check_concurrency(place, max_concurrency)
        check_fan_out_environment(place, environment)
        check_length(place, {"Environment": environment_list(environment)})
        check_attempts(place, attempts)
        timeout = timeout or Duration.hours(1)
        check_timeout(place, timeout)
        check_capacity(place, spot=spot, on_demand_fallback=on_demand_fallback, attempts=attempts)
        worker = item_container(place, task_definition, container)
        check_list(place, construct_id, items, tolerance)

        def steps(fan_out: Construct) -> Steps:
            self.network = TaskNetwork(
                fan_out,
                place,
                vpc=cluster.vpc,
                vpc_subnets=vpc_subnets,
                security_groups=security_groups,
                assign_public_ip=assign_public_ip,
            )
            self.bucket: s3.IBucket = options.get("bucket") or fan_out_bucket(fan_out)
            grant_to_role(fan_out, self.bucket, task_definition.task_role)
            if spot and isinstance(cluster, ecs.Cluster):
                cluster.enable_fargate_capacity_providers()
            task = TaskRun(
                cluster=cluster,
                task_definition=task_definition,
                revision=started_revision(fan_out, task_definition),
                container_name=worker.container_name,
                network=self.network,
                spot=spot,
                on_demand_fallback=on_demand_fallback,
                attempts=attempts,
                timeout=timeout,
            )
            return Steps(
                read=read_list(items, environment_list(environment)),
                guard=Guard(most_bytes=MOST_BYTES),
                plan=StoredList(bucket=self.bucket, outputs=plan_for_map(self.bucket.bucket_name)),
                work=_Tasks(task=task, max_concurrency=max_concurrency),
                outcome=Outcome(tolerance=tolerance, not_accepted=_NOT_ACCEPTED, cause=CAUSE_TO_RERUN),
            )

        super().__init__(scope, construct_id, steps)


@dataclass(frozen=True, kw_only=True)
class _Tasks:
    """The work: a task for each item."""

    task: TaskRun
    max_concurrency: int

    @property
    def most_items(self) -> MostItems:
        """The number of items whose failures all fit into the history of an execution."""
        events = events_per_item(self.task.attempts)
        return most_items_of_map(fan_out="This EcsTaskFanOut", work="a task", events=events, instead=_INSTEAD)

    def states(self, context: Context) -> Ways:
        """The Map over the items, with a task in each iteration."""
        tasks = sfn.Map.jsonata(
            context.scope,
            "Run tasks",
            comment="Runs a task for each item.",
            items=sfn.ProvideItems.jsonata(ITERATED),
            item_selector={
                "index": ITERATION_INDEX,
                "causeCharacters": CAUSE_CHARACTERS,
                "environment": ITERATION_ENVIRONMENT,
                "attempt": 1,
                "earlier": [],
            },
            max_concurrency=self.max_concurrency,
            outputs=MAP_OUTCOME,
        )
        context.nesting.put(tasks, self.task.states(context.scope))
        tasks.next(context.outcome)
        return Ways(tasks)
