"""A list of items as a Map state with an invocation of a Lambda function for each."""

from typing import Final

from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.place import Place
from constructs_lib.limits import STEP_FUNCTIONS_INLINE_MAP_CONCURRENCY
from constructs_lib.workflows.fan_out.functions.invocation import run_one_function
from constructs_lib.workflows.fan_out.jobs.job_fan_out import ITEMS
from constructs_lib.workflows.fan_out.list.arguments import check_concurrency
from constructs_lib.workflows.fan_out.list.list_fan_out import ListFanOut
from constructs_lib.workflows.fan_out.list.outcome import NotAccepted
from constructs_lib.workflows.fan_out.list.tolerance import Tolerance
from constructs_lib.workflows.fan_out.map.iterations import (
    CAUSE_CHARACTERS,
    EVENTS_PER_ITEM,
    MAP_OUTCOME,
    more_than_most_items,
    most_items,
)
from constructs_lib.workflows.states.mark import remembers_options

_NOT_INVOKED: Final = NotAccepted("Function was not invoked", "Passes on what Lambda said.")
_INSTEAD: Final = "Use an ArrayFanOut, which takes 40,000, or let an item be a list that the function works through."


@checked
class LambdaFanOut(ListFanOut):
    """A Lambda function for each item of a list, invoked by a Map state, some at a time.

    For items that take seconds: a function ends after 15 minutes at most, and starts at once where a job waits for
    capacity. It is called with ``{"item": …, "index": …}``. All items run, whatever fails: an item has failed when the
    function raises, is out of time or memory, or returns more than the 262,144 bytes that a state takes. When Lambda
    throttles or fails itself, the function is invoked again, with jitter; so may be one that has run already.

    What the function returns is not kept, because the results of thousands of items are more than a state holds: let
    the function write its result, to S3 under the index for example. The output is the summary of all fan-outs,
    ``{"total", "succeeded", "failed", "failedIndexes", "jobIds"}``; there are no jobs, so ``jobIds`` is empty. More
    failures than tolerated fail the execution with ``FanOut.TooManyFailures`` and the summary as the cause, or, if
    Lambda did not invoke the function, with its error. More than 2,400 items fail with ``FanOut.TooManyItems``.
    Sources: https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html and
    https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope; the states are named after it.
        function: what works on an item; a version or an alias is invoked as such.
        items: a JSONata expression for the array. Default: ``items`` of the state's input.
        max_concurrency: invocations at a time, 1 to 40. Default: 40, the most that Step Functions runs.
        tolerated_failures: items that may fail without failing the execution. Default: 0, or any number if there is a
            percentage.
        tolerated_failure_percentage: of all items that may fail without failing the execution. Default: none.

    Raises:
        ConfigurationError: an argument that AWS would refuse.
    """

    _can_rerun = False

    @remembers_options
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        function: lambda_.IFunction,
        items: str = ITEMS,
        max_concurrency: int = STEP_FUNCTIONS_INLINE_MAP_CONCURRENCY,
        tolerated_failures: int | None = None,
        tolerated_failure_percentage: float | None = None,
    ) -> None:
        check_concurrency(Place("LambdaFanOut", scope, construct_id), max_concurrency)
        super().__init__(
            scope,
            construct_id,
            items=items,
            tolerance=Tolerance(tolerated_failures, tolerated_failure_percentage),
            not_accepted=_NOT_INVOKED,
        )
        count = sfn.Pass.jsonata(
            self,
            "Count items",
            comment="How many there are, for the summary.",
            outputs={"items": "{% $states.input.items %}", "total": "{% $count($states.input.items) %}"},
        )
        count.next(self._run_functions(function, max_concurrency))
        more = more_than_most_items("A LambdaFanOut", "an invocation", EVENTS_PER_ITEM, _INSTEAD)
        self._begin(self._check_items(most_items(EVENTS_PER_ITEM), more).otherwise(count))

    def _run_functions(self, function: lambda_.IFunction, max_concurrency: int) -> sfn.Map:
        functions = sfn.Map.jsonata(
            self,
            "Run functions",
            comment="Invokes the function for each item.",
            items=sfn.ProvideItems.jsonata(ITEMS),
            item_selector={
                "index": "{% $states.context.Map.Item.Index %}",
                "item": "{% $states.context.Map.Item.Value %}",
                "causeCharacters": CAUSE_CHARACTERS,
            },
            max_concurrency=max_concurrency,
            outputs=MAP_OUTCOME,
        )
        self._nesting.put(functions, run_one_function(self, function))
        functions.next(self._outcome)
        return functions
