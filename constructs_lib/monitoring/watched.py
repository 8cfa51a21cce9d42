"""What a `Monitoring` watches, by the labels of its dashboard and the ids of its alarms."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar, cast

from aws_cdk import aws_batch as batch
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk.interfaces.aws_batch import IComputeEnvironmentRef
from constructs import IConstruct

from constructs_lib.queues.environments import environments_of
from constructs_lib.workflows.fan_out.jobs.metrics import MeasuredFanOut
from constructs_lib.workflows.logged_state_machine import LoggedStateMachine

_C = TypeVar("_C")


@dataclass(frozen=True, kw_only=True)
class Watched:
    """Constructs by their own ids; of several with one id the later ones have a number.

    Args:
        machines: state machines.
        queues: job queues.
        environments: compute environments.
        fan_outs: over AWS Batch.
        dead_letter_queues: of Amazon SQS.
    """

    machines: Mapping[str, sfn.IStateMachine]
    queues: Mapping[str, batch.IJobQueue]
    environments: Mapping[str, IComputeEnvironmentRef]
    fan_outs: Mapping[str, MeasuredFanOut]
    dead_letter_queues: Mapping[str, sqs.IQueue]

    @staticmethod
    def of(
        *,
        machines: Sequence[sfn.IStateMachine],
        queues: Sequence[batch.IJobQueue],
        environments: Sequence[IComputeEnvironmentRef] | None,
        fan_outs: Sequence[MeasuredFanOut],
        dead_letter_queues: Sequence[sqs.IQueue],
    ) -> "Watched":
        """What the user gave, with the queues of the fan-outs, and the environments of the queues unless given."""
        all_queues = [*queues, *(queue for each in fan_outs for queue in each.jobs_of_fan_out.queues)]
        if environments is None:
            environments = [each for queue in all_queues for each in environments_of(queue)]
        return Watched(
            machines=_by_id(machines),
            queues=_by_id(all_queues),
            environments=_by_id(environments),
            fan_outs=_by_id(fan_outs),
            dead_letter_queues=_by_id(dead_letter_queues),
        )

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing."""
        return not (self.machines or self.queues or self.environments or self.dead_letter_queues)

    @property
    def machine_logs(self) -> list[str]:
        """The names of the log groups of state machines, as far as the app knows them."""
        ours = [each for each in self.machines.values() if isinstance(each, LoggedStateMachine)]
        return [each.log_group.log_group_name for each in ours]


def _by_id(constructs: Iterable[_C]) -> dict[str, _C]:
    labelled: dict[str, _C] = {}
    for construct in dict.fromkeys(constructs):
        own = cast("IConstruct", construct).node.id
        label, count = own, 1
        while label in labelled:
            count += 1
            label = f"{own}{count}"
        labelled[label] = construct
    return labelled
