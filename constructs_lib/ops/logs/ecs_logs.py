"""The streams of tasks that ran on Amazon ECS, by their definitions.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-log-config.html
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cache

from botocore.exceptions import ClientError

from constructs_lib.ops.account import Account
from constructs_lib.ops.histories.started import StartedTask
from constructs_lib.ops.logs.job_logs import LogSource


def ecs_sources(
    account: Account, tasks: Iterable[StartedTask], *, note: Callable[[str], None] = lambda _: None
) -> Iterator[LogSource]:
    """The streams of the tasks of Amazon ECS that an execution ran.

    Args:
        account: where they are.
        tasks: of the execution.
        note: told of definitions that are gone, and of containers that write elsewhere.
    """

    @cache
    def streams(definition: str) -> list[tuple[str, str, str]]:
        """Container, group and prefix."""
        try:
            described = account.client("ecs").describe_task_definition(taskDefinition=definition)["taskDefinition"]
        except ClientError as error:
            note(f"the task definition {definition}: {error.response['Error']['Message']}")
            return []
        found = []
        for container in described["containerDefinitions"]:
            logs = container.get("logConfiguration", {})
            options = logs.get("options", {})
            if logs.get("logDriver") == "awslogs" and "awslogs-stream-prefix" in options:
                found.append((container["name"], options.get("awslogs-group", ""), options["awslogs-stream-prefix"]))
            else:
                note(f"container {container['name']} of {definition} writes to no stream that can be found")
        return found

    for item in tasks:
        indexes = [place.index for place in item.visit.above() if place.index is not None]
        for arn, definition in item.task.ecs_tasks:
            attempt = item.visit.tasks.index(item.task) + 1
            containers = streams(definition)
            for name, group, prefix in containers:
                yield LogSource(
                    arn,
                    item.stage,
                    indexes[0] if indexes else None,
                    attempt,
                    name if len(containers) > 1 else None,
                    group,
                    f"{prefix}/{name}/{arn.rpartition('/')[2]}",
                )
