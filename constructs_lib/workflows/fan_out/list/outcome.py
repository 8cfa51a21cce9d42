"""How a fan-out ends: its failures compared with the tolerated number."""

from dataclasses import dataclass
from typing import Final, NamedTuple

from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.core.protocol import CHECK_OUTCOME
from constructs_lib.workflows.fan_out.list.summary import CAUSE
from constructs_lib.workflows.fan_out.list.tolerance import Tolerance


class NotAccepted(NamedTuple):
    """The name and comment of the state that ends a fan-out because AWS rejected more of its jobs than tolerated."""

    name: str
    comment: str


JOB_NOT_ACCEPTED: Final = NotAccepted("Job was not accepted", "Passes on what AWS Batch said.")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The last step of a fan-out: a success, or one of two failures.

    Args:
        tolerance: of failed items.
        not_accepted: the state that fails with the error of a rejected submit.
        cause: JSONata for the cause of the failure when too many items have failed.
    """

    tolerance: Tolerance
    not_accepted: NotAccepted = JOB_NOT_ACCEPTED
    cause: str = CAUSE

    def state(self, scope: Construct, done: sfn.IChainable) -> sfn.Choice:
        """The state that checks a summary, and the error of a rejected submit if there is one.

        Args:
            scope: the fan-out.
            done: the next state of a fan-out that succeeds.
        """
        check = sfn.Choice.jsonata(scope, CHECK_OUTCOME, comment="Compares the failures with what is tolerated.")
        exceeded = self.tolerance.exceeded("$states.input.summary.failed", "$states.input.summary.total")
        refused = sfn.Fail.jsonata(
            scope,
            self.not_accepted.name,
            comment=self.not_accepted.comment,
            error="{% $states.input.error %}",
            cause="{% $states.input.cause %}",
        )
        too_many = sfn.Fail.jsonata(
            scope,
            "Too many failures",
            comment="The cause is the summary of the fan-out.",
            error="FanOut.TooManyFailures",
            cause=self.cause,
        )
        not_submitted = sfn.Condition.jsonata(f"{{% {exceeded} and $exists($states.input.error) %}}")
        check.when(not_submitted, refused, comment="Not submitted")
        check.when(sfn.Condition.jsonata(f"{{% {exceeded} %}}"), too_many, comment=f"More than {self.tolerance}")
        return check.otherwise(done)
