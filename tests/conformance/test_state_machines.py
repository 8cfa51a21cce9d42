"""Definitions, executions, payloads and histories, as Step Functions takes, limits and refuses them."""

import contextlib
import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from constructs_lib import limits
from constructs_lib.local.aws import EmbeddedAws
from tests.waiting import ended_execution

GUIDE = "https://docs.aws.amazon.com/step-functions/latest/dg"
API = "https://docs.aws.amazon.com/step-functions/latest/apireference"
SPEC = "https://states-language.net/spec.html"

Json = dict[str, Any]
Run = Callable[..., Json]
PASS = {"Type": "Pass", "End": True}


@pytest.fixture
def create(aws: EmbeddedAws) -> Callable[..., str]:
    def create_(states: Json, name: str | None = None, start: str | None = None, **more: Any) -> str:
        made = aws.client("stepfunctions").create_state_machine(
            name=name or f"machine-{uuid.uuid4()}",
            definition=json.dumps(
                {"QueryLanguage": "JSONata", "StartAt": start or next(iter(states)), "States": states, **more}
            ),
            roleArn=role(aws),
        )
        arn: str = made["stateMachineArn"]
        return arn

    return create_


def role(aws: EmbeddedAws) -> str:
    iam = aws.client("iam")
    principal = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [principal]})
    with contextlib.suppress(iam.exceptions.EntityAlreadyExistsException):
        iam.create_role(RoleName="states", AssumeRolePolicyDocument=trust)
    return "arn:aws:iam::123456789012:role/states"


@pytest.fixture
def run(aws: EmbeddedAws, create: Callable[..., str]) -> Run:
    client = aws.client("stepfunctions")

    def run_(states: Json, payload: Any = None, **more: Any) -> Json:
        arn = client.start_execution(
            stateMachineArn=create(states, **more), input=json.dumps(payload, ensure_ascii=False)
        )["executionArn"]
        described = ended_execution(client, arn)
        return dict(described)

    return run_


def refusal(call: Callable[..., Any], *args: Any, **kwargs: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(*args, **kwargs)
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


LONG = "S" * (limits.STEP_FUNCTIONS_STATE_NAME_CHARACTERS + 1)


@pytest.mark.parametrize(
    ("states", "start", "problem"),
    [
        pytest.param(
            {"A": {"Type": "Pass", "Next": "C"}, "B": PASS},
            "A",
            "MISSING_TRANSITION_TARGET: Missing 'Next' target: C at /States/A/Next, "
            'MISSING_TRANSITION_TARGET: State "B" is not reachable. at /States/B',
            id=f"{GUIDE}/statemachine-structure.html next",
        ),
        pytest.param(
            {"A": PASS}, "B", "Missing 'Next' target: B at /StartAt", id=f"{GUIDE}/statemachine-structure.html StartAt"
        ),
        pytest.param(
            {"A": {"Type": "Task", "Resource": "r", "Catch": [{"ErrorEquals": ["x"], "Next": "C"}], "End": True}},
            "A",
            "Missing 'Next' target: C at /States/A/Catch[0]/Next",
            id=f"{GUIDE}/concepts-error-handling.html catch",
        ),
        pytest.param(
            {"A": {"Type": "Choice", "Choices": [{"Condition": "{% true %}", "Next": "B"}], "Default": "C"}, "B": PASS},
            "A",
            "Missing 'Next' target: C at /States/A/Default",
            id=f"{GUIDE}/state-choice.html default",
        ),
        pytest.param(
            {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}},
            "A",
            "MISSING_END_STATE: Workflow has no terminal state at null",
            id=f"{SPEC} terminal state",
        ),
        pytest.param(
            {"A": {"Type": "Parallel", "Branches": [{"StartAt": "A", "States": {"A": PASS}}], "End": True}},
            "A",
            "DUPLICATE_STATE_NAME: Duplicate State name: A at /States/A/Branches[0]/States/A",
            id=f"{GUIDE}/statemachine-structure.html unique names",
        ),
        pytest.param({LONG: PASS}, LONG, "longer than 80 characters", id=f"{GUIDE}/statemachine-structure.html length"),
    ],
)
def test_definitions_that_are_refused(create: Callable[..., str], states: Json, start: str, problem: str) -> None:
    code, message = refusal(create, states, start=start)
    assert code == "InvalidDefinition"
    assert message.startswith("Invalid State Machine Definition: '")
    assert problem in message


def test_a_definition_has_at_most_a_mebibyte(create: Callable[..., str]) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html."""
    code, message = refusal(create, {"A": PASS}, Comment="x" * limits.STEP_FUNCTIONS_DEFINITION_BYTES)
    assert code == "ValidationException"
    assert "less than or equal to 1048576" in message


@pytest.mark.parametrize(
    ("name", "code"),
    [
        pytest.param("n" * 81, "ValidationException", id=f"{API}/API_CreateStateMachine.html length"),
        pytest.param("a b", "InvalidName", id=f"{API}/API_CreateStateMachine.html white space"),
        pytest.param("a<b", "InvalidName", id=f"{API}/API_CreateStateMachine.html brackets"),
        pytest.param("a*b", "InvalidName", id=f"{API}/API_CreateStateMachine.html wildcard"),
        pytest.param("a:b", "InvalidName", id=f"{API}/API_CreateStateMachine.html special"),
    ],
)
def test_names_that_are_refused(aws: EmbeddedAws, create: Callable[..., str], name: str, code: str) -> None:
    assert refusal(create, {"A": PASS}, name)[0] == code
    start = aws.client("stepfunctions").start_execution
    assert refusal(start, stateMachineArn=create({"A": PASS}), name=name)[0] == code


def test_names_of_eighty_characters_are_taken(aws: EmbeddedAws, create: Callable[..., str]) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html."""
    arn = create({"A": PASS}, "n" * limits.STEP_FUNCTIONS_NAME_CHARACTERS)
    name = "e" * limits.STEP_FUNCTIONS_NAME_CHARACTERS
    started = aws.client("stepfunctions").start_execution(stateMachineArn=arn, name=name)
    assert started["executionArn"].endswith(f":{name}")


def test_creation_is_idempotent_and_a_name_is_taken_once(create: Callable[..., str]) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html."""
    assert create({"A": PASS}, "twice") == create({"A": PASS}, "twice")
    assert refusal(create, {"B": PASS}, "twice")[0] == "StateMachineAlreadyExists"


def test_an_execution_name_is_used_once(aws: EmbeddedAws, create: Callable[..., str]) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html."""
    client = aws.client("stepfunctions")
    arn = create({"A": {"Type": "Wait", "Seconds": 30, "End": True}})
    first = client.start_execution(stateMachineArn=arn, name="once", input="{}")
    assert client.start_execution(stateMachineArn=arn, name="once", input="{}")["executionArn"] == first["executionArn"]
    again = refusal(client.start_execution, stateMachineArn=arn, name="once", input='{"other": 1}')
    assert again[0] == "ExecutionAlreadyExists"
    client.stop_execution(executionArn=first["executionArn"])


def test_input_is_json(aws: EmbeddedAws, create: Callable[..., str]) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html."""
    code, message = refusal(
        aws.client("stepfunctions").start_execution, stateMachineArn=create({"A": PASS}), input="no"
    )
    assert (code, message.startswith("Invalid State Machine Execution Input: '")) == ("InvalidExecutionInput", True)


PAYLOAD = limits.STEP_FUNCTIONS_PAYLOAD_BYTES


def test_a_payload_of_exactly_the_quota_passes(run: Run) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html, counted as UTF-8."""
    text = "é" * ((PAYLOAD - 2) // 2)
    assert run({"A": PASS}, text)["status"] == "SUCCEEDED"


def test_input_over_the_quota_is_refused_at_the_call(run: Run) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html."""
    code, message = refusal(run, {"A": PASS}, "x" * PAYLOAD)
    assert (code, "less than or equal to 262144" in message) == ("ValidationException", True)


@pytest.mark.parametrize(
    "states",
    [
        pytest.param(
            {"A": {"Type": "Pass", "Output": "{% $pad('', 262144, 'x') %}", "End": True}},
            id=f"{GUIDE}/service-quotas.html output",
        ),
        pytest.param(
            {
                "A": {
                    "Type": "Map",
                    "Items": "{% [1..30] %}",
                    "ItemProcessor": {
                        "StartAt": "P",
                        "States": {"P": {"Type": "Pass", "Output": "{% $pad('', 10000, 'x') %}", "End": True}},
                    },
                    "End": True,
                }
            },
            id=f"{GUIDE}/service-quotas.html results of a Map",
        ),
    ],
)
def test_data_over_the_quota_fails_and_is_not_caught_by_all(run: Run, states: Json) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html."""
    if states["A"]["Type"] == "Map":
        states["A"]["Catch"] = [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]
        states = {**states, "Caught": {"Type": "Succeed"}}
    described = run(states, {})
    assert (described["status"], described["error"]) == ("FAILED", "States.DataLimitExceeded")


def test_the_history_ends_at_its_quota(run: Run, aws: EmbeddedAws) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/dg/bp-history-limit.html."""
    iterations = (limits.STEP_FUNCTIONS_HISTORY_EVENTS - 4) // 4 + 1
    body = {"StartAt": "P", "States": {"P": {**PASS, "Output": 0}}}
    described = run(
        {"M": {"Type": "Map", "Items": f"{{% [1..{iterations}] %}}", "ItemProcessor": body, "Output": 0, "End": True}}
    )
    assert (described["status"], described["error"]) == ("FAILED", "States.Runtime")
    assert described["cause"] == "The execution reached the maximum number of history events (25000)."
    newest = aws.client("stepfunctions").get_execution_history(
        executionArn=described["executionArn"], reverseOrder=True, maxResults=1
    )["events"][0]
    assert (newest["id"], newest["type"]) == (limits.STEP_FUNCTIONS_HISTORY_EVENTS, "ExecutionFailed")


def test_a_history_comes_in_pages(run: Run, aws: EmbeddedAws) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html."""
    arn = run({"A": {"Type": "Pass", "Next": "B"}, "B": PASS})["executionArn"]
    client = aws.client("stepfunctions")
    first = client.get_execution_history(executionArn=arn, maxResults=4)
    rest = client.get_execution_history(executionArn=arn, nextToken=first["nextToken"])
    assert [event["id"] for event in first["events"] + rest["events"]] == [1, 2, 3, 4, 5, 6]
    assert "nextToken" not in rest


def test_task_failed_catches_every_error_but_a_timeout(run: Run) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html."""
    fails = {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "Mine", "Cause": "because"}}}
    states = {
        "P": {
            "Type": "Parallel",
            "Branches": [fails],
            "Catch": [{"ErrorEquals": ["States.TaskFailed"], "Output": "{% $states.errorOutput %}", "Next": "End"}],
            "End": True,
        },
        "End": {"Type": "Succeed"},
    }
    assert json.loads(run(states)["output"]) == {"Error": "Mine", "Cause": "because"}


def test_a_stopped_execution_is_aborted_with_the_error_given(aws: EmbeddedAws, create: Callable[..., str]) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/apireference/API_StopExecution.html."""
    client = aws.client("stepfunctions")
    arn = create({"A": {"Type": "Wait", "Seconds": 30, "End": True}})
    execution = client.start_execution(stateMachineArn=arn)["executionArn"]
    client.stop_execution(executionArn=execution, error="Mine", cause="because")
    described = ended_execution(client, execution)
    assert (described["status"], described["error"], described["cause"]) == ("ABORTED", "Mine", "because")


def test_a_template_may_give_the_definition_as_an_object(aws: EmbeddedAws) -> None:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html."""
    definition = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": "${word}", "End": True}}}
    properties = {
        "StateMachineName": "of-an-object",
        "RoleArn": role(aws),
        "Definition": definition,
        "DefinitionSubstitutions": {"word": "put in"},
        "StateMachineType": "EXPRESS",
    }
    template = {"Resources": {"M": {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}}}
    aws.client("cloudformation").create_stack(StackName="machines", TemplateBody=json.dumps(template))
    client = aws.client("stepfunctions")
    [arn] = [
        found["stateMachineArn"]
        for found in client.list_state_machines()["stateMachines"]
        if found["name"] == "of-an-object"
    ]
    described = client.describe_state_machine(stateMachineArn=arn)
    assert json.loads(described["definition"])["States"]["A"]["Result"] == "put in"
    assert described["type"] == "EXPRESS"


def test_descriptions(aws: EmbeddedAws, create: Callable[..., str], run: Run) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html."""
    client = aws.client("stepfunctions")
    ended = run({"A": PASS}, {"n": 1})
    assert ended["inputDetails"] == ended["outputDetails"] == {"included": True}
    assert (ended["redriveCount"], ended["redriveStatus"]) == (0, "NOT_REDRIVABLE")
    assert ended["redriveStatusReason"] == "Execution is SUCCEEDED and cannot be redriven"
    failed = run({"A": {"Type": "Fail"}})
    assert (failed["redriveStatus"], "redriveStatusReason" in failed) == ("REDRIVABLE", False)
    [listed] = client.list_executions(stateMachineArn=failed["stateMachineArn"])["executions"]
    assert listed["redriveCount"] == 0
    using = {"A": {"Type": "Pass", "Assign": {"n": 1}, "Next": "B"}, "B": {**PASS, "Output": "{% $n %}"}}
    arn = create(using, "using")
    described = client.describe_state_machine(stateMachineArn=arn)
    assert described["loggingConfiguration"] == {"level": "OFF", "includeExecutionData": False}
    assert described["variableReferences"] == {"B": ["n"]}
    assert "revisionId" not in described
    changed = {"StartAt": "A", "States": {"A": PASS}}
    updated = client.update_state_machine(stateMachineArn=arn, definition=json.dumps(changed))
    assert client.describe_state_machine(stateMachineArn=arn)["revisionId"] == updated["revisionId"]
    execution = client.start_execution(stateMachineArn=arn)["executionArn"]
    assert client.describe_state_machine_for_execution(executionArn=execution)["updateDate"]


@pytest.mark.parametrize("operation", ["describe_execution", "get_execution_history", "describe_state_machine"])
def test_what_is_no_arn_says_so(aws: EmbeddedAws, operation: str) -> None:
    member = "stateMachineArn" if "machine" in operation else "executionArn"
    code, message = refusal(getattr(aws.client("stepfunctions"), operation), **{member: "nonsense"})
    assert (code, message) == ("InvalidArn", "Invalid Arn: 'Invalid ARN prefix: nonsense'")


@pytest.mark.parametrize(
    ("operation", "given", "problem"),
    [
        ("list_state_machines", {"maxResults": 1001}, "at 'maxResults' failed to satisfy constraint: Member must have"),
        ("list_executions", {"nextToken": "t" * 3097}, "Member must have length less than or equal to 3096"),
        ("list_executions", {"statusFilter": "succeeded"}, "enum value set: [SUCCEEDED, TIMED_OUT, PENDING_REDRIVE,"),
    ],
)
def test_lists_that_are_refused(
    aws: EmbeddedAws, create: Callable[..., str], operation: str, given: Json, problem: str
) -> None:
    arn = {"stateMachineArn": create({"A": PASS})} if "executions" in operation else {}
    code, message = refusal(getattr(aws.client("stepfunctions"), operation), **arn, **given)
    assert (code, message.startswith("1 validation error detected: Value '")) == ("ValidationException", True)
    assert problem in message


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("not json", "Unrecognized token 'not': was expecting (JSON String, Number,"),
        ("{'a': 1}", "Unexpected character (''' (code 39)): was expecting double-quote to start field name"),
        (" ", "Invalid execution input."),
    ],
)
def test_inputs_that_are_no_json(aws: EmbeddedAws, create: Callable[..., str], text: str, reason: str) -> None:
    arn = create({"A": PASS})
    code, message = refusal(aws.client("stepfunctions").start_execution, stateMachineArn=arn, input=text)
    assert code == "InvalidExecutionInput"
    assert message.startswith(f"Invalid State Machine Execution Input: '{reason}")
