"""What a trigger starts: a state machine, or jobs without one."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath


class JobTarget(ABC):
    """What submits a job or an array job without a state machine; `SubmitTarget` is the one."""

    @abstractmethod
    def check(self, place: ArgumentPath, *, evaluated: bool) -> None:
        """Refuse what AWS Batch would refuse, and expressions that nobody evaluates.

        Args:
            place: the trigger.
            evaluated: whether there is an input, and JSONata over it is evaluated.
        """

    @abstractmethod
    def request(self, scope: Construct, construct_id: str) -> Mapping[str, Any]:
        """The arguments of SubmitJob, in the case in which EventBridge Scheduler and Step Functions take them.

        Args:
            scope: the construct that submits.
            construct_id: of the trigger; the default for the name of the job.
        """

    @abstractmethod
    def statements(self, scope: Construct) -> list[iam.PolicyStatement]:
        """The permissions that the request needs.

        Args:
            scope: what has the policy.
        """

    @abstractmethod
    def role_of_job(self) -> iam.IRole | None:
        """The role that the job works with, if it is known here."""


Target = sfn.IStateMachine | JobTarget


def check_target(place: ArgumentPath, target: Target, *, evaluated: bool) -> None:
    """Refuse a submit that AWS Batch would refuse.

    Args:
        place: the trigger.
        target: what it starts.
        evaluated: whether there is an input, and JSONata over it is evaluated.
    """
    if isinstance(target, JobTarget):
        target.check(place, evaluated=evaluated)
