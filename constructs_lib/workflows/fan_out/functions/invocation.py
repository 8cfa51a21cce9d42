"""The states of one item of a `LambdaFanOut`; the others run whatever happens to it."""

from typing import Final

from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.workflows.fan_out.list.summary import ERROR
from constructs_lib.workflows.fan_out.map.iterations import REFUSED
from constructs_lib.workflows.states.expressions import jsonata
from constructs_lib.workflows.states.task import TaskState
from constructs_lib.workflows.submit.throttling import retry_throttled_lambda

_FAILED: Final = '{"index": $states.input.index}'

# Errors of a function are called as its exceptions are; those of Lambda have a prefix, but for functions that end
# without a word: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
_NOT_INVOKED: Final = f"($contains({ERROR}.Error, /^Lambda[.]/) and {ERROR}.Error != 'Lambda.Unknown')"


def run_one_function(scope: Construct, function: lambda_.IFunction) -> TaskState:
    """The first state: invokes the function.

    Args:
        scope: the fan-out.
        function: what works on the item.
    """
    task = TaskState(
        scope,
        "Run function",
        resource="lambda:invoke",
        arguments={
            "FunctionName": function.function_arn,
            "Payload": {"item": "{% $states.input.item %}", "index": "{% $states.input.index %}"},
        },
        outputs={},
        statements=[iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[function.function_arn])],
        comment="Runs one item; what the function returns is not kept.",
    )
    retry_throttled_lambda(task)
    note = sfn.Pass.jsonata(scope, "Note failure", comment="Lets the other items run.")
    # States.ALL does not match this one.
    task.add_catch(note, errors=["States.DataLimitExceeded"], outputs=jsonata(_FAILED))
    task.add_catch(note, errors=["States.ALL"], outputs=jsonata(f"{_NOT_INVOKED} ? {REFUSED} : {_FAILED}"))
    return task
