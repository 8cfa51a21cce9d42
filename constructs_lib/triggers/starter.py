"""The express state machine between a source and its target, which starts each execution under a name of its own.

A name that is made of what came, and of nothing that differs from delivery to delivery, lets Step Functions refuse the
second execution. EventBridge, EventBridge Pipes and EventBridge Scheduler can give an execution no such name.
Sources: https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html and
https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.core.execution_logs import execution_logs
from constructs_lib.core.pseudo import partition
from constructs_lib.triggers.dead_letters import DeadLetters
from constructs_lib.triggers.submit_target import SubmitTarget
from constructs_lib.triggers.target import Target

_ALREADY: Final = "StepFunctions.ExecutionAlreadyExistsException"
_LONGEST_WAIT: Final = 30
_BEFORE: Final = "It was started before"
_NOTHING: Final = "There is nothing to start"
_ATTEMPT: Final = "Start it once"
_KEEP: Final = "Keep dead letter"

States = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a starter makes of what it gets, as JSONata without delimiters.

    Args:
        target_input: the input of the target.
        name: of the execution; the same whenever the same comes again.
        when: whether there is anything to start. Default: there always is.
    """

    target_input: str
    name: str
    when: str | None = None


class Starter(sfn.StateMachine):
    """Starts an execution for each delivery that was not there before, or submits a job for each.

    Args:
        scope: the trigger.
        construct_id: its id in the scope.
        target: what it starts.
        job_id: the default for the names of jobs.
        reading: of what it gets.
        dead_letters: where it puts what it could not start, with the reason. Default: it fails, so that a pipe leaves
            the message in its queue.
        seconds: for which it tries.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        target: Target,
        job_id: str,
        reading: Reading,
        dead_letters: DeadLetters | None = None,
        seconds: int,
    ) -> None:
        statements = dead_letters.send_statements() if dead_letters else []
        retry = _retry(seconds)
        if isinstance(target, SubmitTarget):
            states = _submitting(target.request(scope, job_id), reading, retry)
            statements += target.statements(scope)
        else:
            states = _executing(target.state_machine_arn, reading, retry)
            start = iam.PolicyStatement(actions=["states:StartExecution"], resources=[target.state_machine_arn])
            statements.append(start)
        states = _chosen(states, reading.when) if reading.when else states
        states = _guarded(states, dead_letters) if dead_letters else states
        definition = {
            "Comment": "Starts what a trigger is for, once for each delivery.",
            "QueryLanguage": "JSONata",
            "StartAt": next(iter(states)),
            "States": states,
        }
        log_group = execution_logs(scope, construct_id)
        super().__init__(
            scope,
            construct_id,
            state_machine_type=sfn.StateMachineType.EXPRESS,
            definition_body=sfn.DefinitionBody.from_string(Stack.of(scope).to_json_string(definition)),
            logs=sfn.LogOptions(destination=log_group, level=sfn.LogLevel.ALL, include_execution_data=False),
            tracing_enabled=True,
        )
        for statement in statements:
            self.add_to_role_policy(statement)


def _executing(machine_arn: str, reading: Reading, retry: States) -> States:
    return {
        "Start execution": {
            "Type": "Task",
            "Comment": "The name is the same whenever the same comes again.",
            "Resource": f"arn:{partition()}:states:::states:startExecution",
            "Arguments": {
                "StateMachineArn": machine_arn,
                "Name": f"{{% {reading.name} %}}",
                "Input": f"{{% {reading.target_input} %}}",
            },
            "Output": {},
            "Retry": [{"ErrorEquals": [_ALREADY], "MaxAttempts": 0}, retry],
            "Catch": [{"ErrorEquals": [_ALREADY], "Next": _BEFORE}],
            "End": True,
        },
        _BEFORE: {"Type": "Succeed", "Comment": "AWS may deliver the same thing twice."},
    }


def _submitting(request: Mapping[str, Any], reading: Reading, retry: States) -> States:
    return {
        "Read what came": {"Type": "Pass", "Output": f"{{% {reading.target_input} %}}", "Next": "Submit job"},
        "Submit job": {
            "Type": "Task",
            "Resource": f"arn:{partition()}:states:::aws-sdk:batch:submitJob",
            "Arguments": request,
            "Output": {},
            "Retry": [retry],
            "End": True,
        },
    }


def _chosen(work: States, when: str) -> States:
    """The states, for what is to be started, and one for what is not."""
    choice = {
        "Type": "Choice",
        "Choices": [{"Condition": f"{{% {when} %}}", "Next": next(iter(work))}],
        "Default": _NOTHING,
    }
    return {"Is there anything to start": choice, **work, _NOTHING: {"Type": "Succeed"}}


def _guarded(starting: States, dead_letters: DeadLetters) -> States:
    """The states, and one that keeps what they could not start."""
    kept = "{% {'input': $states.input, 'error': $states.errorOutput} %}"
    return {
        _ATTEMPT: {
            "Type": "Parallel",
            "Comment": "One branch, so that whatever fails in it is kept.",
            "Branches": [{"StartAt": next(iter(starting)), "States": starting}],
            "Output": {},
            "Catch": [{"ErrorEquals": ["States.ALL"], "Output": kept, "Next": _KEEP}],
            "End": True,
        },
        _KEEP: {
            "Type": "Task",
            "Comment": "What came, and why it could not be started.",
            "Resource": f"arn:{partition()}:states:::sqs:sendMessage",
            "Arguments": {"QueueUrl": dead_letters.queue.queue_url, "MessageBody": "{% $string($states.input) %}"},
            "Output": {},
            "Retry": [_retry(_LONGEST_WAIT)],
            "End": True,
        },
    }


def _retry(seconds: int) -> States:
    """Waits that double up to half a minute, as many as fit into the time."""
    attempts, wait, sum_of_waits = 0, 1, 0
    while sum_of_waits + wait <= seconds:
        attempts, sum_of_waits, wait = attempts + 1, sum_of_waits + wait, min(2 * wait, _LONGEST_WAIT)
    return {
        "ErrorEquals": ["States.ALL"],
        "IntervalSeconds": 1,
        "BackoffRate": 2,
        "MaxDelaySeconds": _LONGEST_WAIT,
        "MaxAttempts": attempts,
        "JitterStrategy": "FULL",
    }
