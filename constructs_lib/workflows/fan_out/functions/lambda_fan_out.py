"""A list of items as a Map state with an invocation of a Lambda function for each item."""

from dataclasses import dataclass
from typing import Final, Unpack

from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.checked.options import documented, flat
from constructs_lib.limits import STEP_FUNCTIONS_INLINE_MAP_CONCURRENCY
from constructs_lib.workflows.fan_out.list.arguments import check_concurrency
from constructs_lib.workflows.fan_out.list.fragment import ITEMS, FanOutFragment, check_list, read_list
from constructs_lib.workflows.fan_out.list.guard import Guard, MostItems
from constructs_lib.workflows.fan_out.list.items import MOST_BYTES
from constructs_lib.workflows.fan_out.list.options import ToleranceOptions
from constructs_lib.workflows.fan_out.list.outcome import NotAccepted, Outcome
from constructs_lib.workflows.fan_out.list.plan import CountedList
from constructs_lib.workflows.fan_out.list.steps import Context, Steps, Ways
from constructs_lib.workflows.fan_out.list.tolerance import Tolerance
from constructs_lib.workflows.fan_out.map.iterations import (
    CAUSE_CHARACTERS,
    EVENTS_PER_ITEM,
    MAP_OUTCOME,
    most_items_of_map,
)
from constructs_lib.workflows.states.expressions import jsonata
from constructs_lib.workflows.states.mark import remembers_options
from constructs_lib.workflows.states.programs import program
from constructs_lib.workflows.states.task import TaskState
from constructs_lib.workflows.submit.throttling import retry_throttled_lambda

_NOT_ACCEPTED: Final = NotAccepted("Function was not invoked", "Passes on what Lambda said.")
_INSTEAD: Final = "Use an ArrayFanOut, which takes 40,000, or let an item be a list that the function works through."


@checked
@documented
class LambdaFanOut(FanOutFragment):
    """Invokes a Lambda function for each item of a list, in a Map state, up to 40 at a time.

    Suited to items of seconds: a function runs for at most 15 minutes, and starts at once, while a job waits for
    capacity. Its event is ``{"item": …, "index": …}``. All items run, even when some fail: an item has failed when the
    function raises an exception, runs out of time or memory, or returns more than the 262,144 bytes that a state
    accepts. When Lambda throttles or has an internal error, the function is invoked again, with jitter, possibly for an
    item that it has already worked on.

    The return values are discarded, because those of thousands of items exceed the payload of a state: let the function
    write its result, for example to S3 under the index. The output is the summary of all fan-outs, ``{"total",
    "succeeded", "failed", "failedIndexes", "jobIds"}``; there are no jobs, so ``jobIds`` is empty. If more items fail
    than tolerated, the execution fails with the error ``FanOut.TooManyFailures`` and the summary as the cause, or, if
    Lambda did not invoke the function, with the error of Lambda. A list of more than 2,400 items fails with
    ``FanOut.TooManyItems``.
    Sources: https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html and
    https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope; the states are named after it.
        function: the function that works on an item; a version or an alias is invoked as such.
        items: a JSONata expression for the array of items. Default: ``items`` of the state's input.
        max_concurrency: invocations at a time, 1 to 40. Default: 40, the limit of Step Functions.

    Raises:
        ConfigurationError: an argument that AWS would reject.
    """

    @remembers_options
    @flat
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        function: lambda_.IFunction,
        items: str = ITEMS,
        max_concurrency: int = STEP_FUNCTIONS_INLINE_MAP_CONCURRENCY,
        **options: Unpack[ToleranceOptions],
    ) -> None:
        place = ArgumentPath(type(self).__name__, scope, construct_id)
        tolerance = Tolerance.of(options)
        check_concurrency(place, max_concurrency)
        check_list(place, construct_id, items, tolerance)
        steps = Steps(
            read=read_list(items),
            guard=Guard(most_bytes=MOST_BYTES),
            plan=CountedList(),
            work=_Invocations(function=function, max_concurrency=max_concurrency),
            outcome=Outcome(tolerance=tolerance, not_accepted=_NOT_ACCEPTED),
            can_rerun=False,
        )
        super().__init__(scope, construct_id, lambda _: steps)


@dataclass(frozen=True, kw_only=True)
class _Invocations:
    """The work: an invocation for each item."""

    function: lambda_.IFunction
    max_concurrency: int

    @property
    def most_items(self) -> MostItems:
        """The number of items whose failures all fit into the history of an execution."""
        return most_items_of_map(
            fan_out="A LambdaFanOut", work="an invocation", events=EVENTS_PER_ITEM, instead=_INSTEAD
        )

    def states(self, context: Context) -> Ways:
        """The Map over the items, with an invocation in each iteration."""
        functions = sfn.Map.jsonata(
            context.scope,
            "Run functions",
            comment="Invokes the function for each item.",
            items=sfn.ProvideItems.jsonata(ITEMS),
            item_selector={
                "index": "{% $states.context.Map.Item.Index %}",
                "item": "{% $states.context.Map.Item.Value %}",
                "causeCharacters": CAUSE_CHARACTERS,
            },
            max_concurrency=self.max_concurrency,
            outputs=MAP_OUTCOME,
        )
        context.nesting.put(functions, self._invoke(context.scope))
        functions.next(context.outcome)
        return Ways(functions)

    def _invoke(self, scope: Construct) -> TaskState:
        """The state that invokes the function; other items run even when it fails."""
        arn = self.function.function_arn
        task = TaskState(
            scope,
            "Run function",
            resource="lambda:invoke",
            arguments={
                "FunctionName": arn,
                "Payload": {"item": "{% $states.input.item %}", "index": "{% $states.input.index %}"},
            },
            outputs={},
            statements=[iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[arn])],
            comment="Runs one item; what the function returns is not kept.",
        )
        retry_throttled_lambda(task)
        note = sfn.Pass.jsonata(scope, "Note failure", comment="Lets the other items run.")
        # States.ALL does not match this one.
        task.add_catch(note, errors=["States.DataLimitExceeded"], outputs=jsonata('{"index": $states.input.index}'))
        task.add_catch(note, errors=["States.ALL"], outputs=program(__file__, "invocation_failed").bind())
        return task
