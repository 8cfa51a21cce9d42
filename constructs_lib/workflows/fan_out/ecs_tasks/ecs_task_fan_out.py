"""A list of items as a Map state with a task of Amazon ECS on Fargate for each."""

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
    """A task of Amazon ECS on Fargate, on demand or Spot, for each item of a list, run by a Map state, some at a time.

    The same container as in the other fan-outs: it gets its own item in the variable ``ITEMS``; when an item is too
    long for that, the list goes to S3 once (``ITEMS_URI``, ``ITEMS_OFFSET``), and its result to ``RESULTS_URI``. An
    item has succeeded when its container ended with exit code 0 and no other essential container failed; nothing polls.
    Tasks that AWS took away, by a Spot reclaim or for its own maintenance, or that could not start, run again. There is
    no queue: what Fargate or the account's quota has no room for is tried again for some minutes, and then fails.

    All items run, whatever fails. The output is the summary ``{"total", "succeeded", "failed", "failedIndexes",
    "jobIds", "itemsUri"?, "resultsUri"?}``, with the ids of the tasks as ``jobIds``. More failures than tolerated fail
    the execution with ``FanOut.TooManyFailures`` and the summary as the cause, or, if Amazon ECS did not accept a task,
    with its error. A history holds 25,000 events, of which an attempt at an item takes 8: with three attempts, more
    than 857 items fail with ``FanOut.TooManyItems`` before anything runs. A stopped execution stops its tasks.
    Sources: https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html and
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope; the states are named after it.
        cluster: where the tasks run; with ``spot``, one of this app is told to take Fargate Spot, and to one of another
            app that has to have been told.
        task_definition: what runs, made for Fargate. Its task role gets the right to read the list and write results.
            Its revisions stay ACTIVE, because executions that began before a deployment run those that they know; of
            another stack the newest runs.
        container: which of its containers works on the item. Default: the definition's default container.
        items: a JSONata expression for the array. Default: ``items`` of the state's input.
        max_concurrency: tasks at a time, 1 to 40. Default: 40, the most that Step Functions runs.
        spot: run on spare capacity, at a lower price and with reclaims. Default: on demand.
        on_demand_fallback: with ``spot``, run the last attempt at an item on demand. Default: all on Spot.
        attempts: at an item whose task was taken away or could not start, 1 to 10. Default: 3.
        timeout: of a task, from the request for it on; then its item has failed, and Step Functions stops the task as
            far as it can. Default: one hour, as for jobs.
        vpc_subnets: where the tasks start, at most 16. Default: the private subnets with a way out; a VPC without any
            is an error.
        security_groups: of the tasks, at most 5. Default: a new one that lets nothing in.
        assign_public_ip: give the tasks public addresses. Default: in public subnets, which have no other way out.
        environment: more variables, the same for all tasks; values may be JSONata expressions. Default: none.

    Raises:
        ConfigurationError: an argument that AWS would refuse, or a variable that the fan-out sets itself.
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
    """The work: a task for each item, some at a time."""

    task: TaskRun
    max_concurrency: int

    @property
    def most_items(self) -> MostItems:
        """So many that the history of an execution has room for the failures of all."""
        events = events_per_item(self.task.attempts)
        return most_items_of_map(fan_out="This EcsTaskFanOut", work="a task", events=events, instead=_INSTEAD)

    def states(self, context: Context) -> Ways:
        """The Map, and within it a task."""
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
