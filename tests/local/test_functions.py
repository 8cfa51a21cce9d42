"""Lambda functions in Python: by templates, by the API and by state machines."""

import base64
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from constructs_lib.testing.local_aws import LocalAws
from tests.local.machines import Machines
from tests.waiting import until

pytestmark = pytest.mark.local

CODE = """
import json, logging, os, sys, time
import boto3


class TooSmallError(Exception):
    pass


def handler(event, context):
    kind = event.get("kind")
    if kind == "raise":
        raise TooSmallError(f"{event['n']} is too small")
    if kind == "sleep":
        time.sleep(60)
    if kind == "exit":
        os._exit(3)
    if kind == "set":
        return {1}
    if kind == "bytes":
        return event["text"].encode()
    if kind == "who":
        return boto3.client("sts").get_caller_identity()["Arn"]
    if kind == "put":
        boto3.client("s3").put_object(Bucket="nowhere", Key="k", Body=b"")
    print("n is", event["n"])
    logging.warning("careful")
    return {"n": event["n"] * 2, "stage": os.environ["STAGE"], "left": context.get_remaining_time_in_millis() > 0,
            "name": context.function_name}
"""

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
    ],
}
LOGS = {
    "PolicyName": "Logs",
    "PolicyDocument": {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "logs:*", "Resource": "*"}],
    },
}


def template(code: str) -> dict[str, Any]:
    function = {
        "Code": {"ZipFile": code},
        "Handler": "index.handler",
        "Runtime": "python3.13",
        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
        "Timeout": 1,
        "Environment": {"Variables": {"STAGE": "test"}},
    }
    return {
        "Resources": {
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {"AssumeRolePolicyDocument": TRUST, "Policies": [LOGS]},
            },
            "Double": {"Type": "AWS::Lambda::Function", "Properties": function},
            "Node": {"Type": "AWS::Lambda::Function", "Properties": {**function, "Runtime": "nodejs22.x"}},
        }
    }


@pytest.fixture(scope="module")
def machines(local_aws: LocalAws) -> Machines:
    return Machines(local_aws)


@pytest.fixture(scope="module")
def double(local_aws: LocalAws) -> str:
    return local_aws.deploy(template(CODE), name="Functions").physical_id("Double")


@pytest.fixture(scope="module")
def role(machines: Machines) -> str:
    return machines.role("states", "lambda:InvokeFunction")


Call = Callable[..., Any]


@pytest.fixture
def invoke(machines: Machines, double: str, role: str) -> Call:
    def invoke(payload: Any, **fields: Any) -> Any:
        return machines.call("lambda:invoke", {"FunctionName": double, "Payload": payload}, role=role, **fields)

    return invoke


def test_a_function_gets_its_event_and_answers(invoke: Call, double: str) -> None:
    ended = invoke({"n": 21})
    assert ended.status == "SUCCEEDED", ended.cause
    assert ended.output["Payload"] == {"n": 42, "stage": "test", "left": True, "name": double}
    assert (ended.output["StatusCode"], ended.output["ExecutedVersion"]) == (200, "$LATEST")


def test_its_output_is_in_its_log_group(invoke: Call, machines: Machines, double: str) -> None:
    invoke({"n": 5})
    lines = list(machines.logs(f"/aws/lambda/{double}"))
    assert "n is 5" in lines
    assert any(line.startswith("[WARNING]\t") and line.endswith("\tcareful") for line in lines)


def test_an_exception_is_the_error_of_the_task(invoke: Call) -> None:
    ended = invoke({"kind": "raise", "n": 1})
    assert (ended.status, ended.error) == ("FAILED", "TooSmallError")
    assert (ended.told["errorMessage"], ended.told["errorType"]) == ("1 is too small", "TooSmallError")
    [frame] = ended.told["stackTrace"]
    assert frame.startswith('  File "/var/task/index.py", line ')
    assert "in handler\n    raise TooSmallError" in frame


def test_an_exception_can_be_caught_by_its_name(invoke: Call) -> None:
    retry = [{"ErrorEquals": ["TooSmallError"], "MaxAttempts": 1, "IntervalSeconds": 1}]
    catch = [{"ErrorEquals": ["TooSmallError"], "Next": "Task", "Assign": {"seen": True}}]
    assert invoke({"kind": "raise", "n": 1}, Retry=retry).error == "TooSmallError"
    payload = "{% $exists($seen) ? {'n': 1} : {'kind': 'raise', 'n': 1} %}"
    assert invoke(payload, Catch=catch).status == "SUCCEEDED"


@pytest.mark.parametrize(("text", "payload"), [('{"a": "é"}', {"a": "é"}), ('"b"', "b"), ("no JSON", "no JSON")])
def test_bytes_are_the_answer_as_they_are(invoke: Call, text: str, payload: Any) -> None:
    assert invoke({"kind": "bytes", "text": text}).output["Payload"] == payload


@pytest.mark.parametrize(
    ("kind", "error", "message"),
    [
        ("sleep", "Sandbox.Timedout", "Error: Task timed out after 1.00 seconds"),
        ("exit", "Runtime.ExitError", "Error: Runtime exited with error: exit status 3"),
        ("set", "Runtime.MarshalError", "Unable to marshal response: Object of type set is not JSON serializable"),
    ],
)
def test_the_runtime_has_errors_of_its_own(invoke: Call, kind: str, error: str, message: str) -> None:
    ended = invoke({"kind": kind})
    assert ended.error == error
    assert message in ended.told["errorMessage"]


def test_a_function_is_its_role(invoke: Call, local_aws: LocalAws) -> None:
    functions_role = local_aws.deploy(template(CODE), name="Functions").physical_id("Role")
    assert f":assumed-role/{functions_role}/" in invoke({"kind": "who"}).output["Payload"]
    ended = invoke({"kind": "put"})
    assert ended.error == "AccessDenied"
    assert "is not authorized to perform: s3:PutObject" in ended.told["errorMessage"]


def test_a_function_may_be_the_resource_itself(machines: Machines, local_aws: LocalAws, double: str, role: str) -> None:
    arn = local_aws.client("lambda").get_function(FunctionName=double)["Configuration"]["FunctionArn"]
    ended = machines.call(arn, {"n": 4}, role=role)
    assert ended.output["n"] == 8
    assert machines.call(arn, {"kind": "raise", "n": 4}, role=role).error == "TooSmallError"


def test_the_cause_is_the_text_of_a_function_that_is_the_resource(
    machines: Machines, local_aws: LocalAws, double: str, role: str
) -> None:
    arn = local_aws.client("lambda").get_function(FunctionName=double)["Configuration"]["FunctionArn"]
    states = {"Task": {"Type": "Task", "Resource": arn, "End": True}}
    ended = machines.wait(machines.start(states, {"kind": "raise", "n": 1}, role=role))
    assert str(ended.cause).startswith('{"errorMessage": "1 is too small", "errorType": "TooSmallError", ')


def test_nobody_waits_for_an_event(machines: Machines, double: str, role: str) -> None:
    given = {"FunctionName": double, "Payload": {"n": 77}, "InvocationType": "Event"}
    ended = machines.call("lambda:invoke", given, role=role)
    assert (ended.output["StatusCode"], ended.output["Payload"]) == (202, "")
    assert until(lambda: "n is 77" in machines.logs(f"/aws/lambda/{double}"))


def test_a_state_machine_needs_the_right_to_invoke(machines: Machines, double: str) -> None:
    ended = machines.call("lambda:invoke", {"FunctionName": double}, role=machines.role("states"))
    assert ended.error == "Lambda.AWSLambdaException"
    assert "is not authorized to perform: lambda:InvokeFunction on resource: arn:aws:lambda:" in str(ended.cause)
    assert "(Service: AWSLambda; Status Code: 403; Error Code: AccessDeniedException; Request ID: " in str(ended.cause)


def test_a_function_that_is_not_there(machines: Machines, role: str) -> None:
    ended = machines.call("lambda:invoke", {"FunctionName": "nothing"}, role=role)
    assert ended.error == "Lambda.ResourceNotFoundException"


def test_a_function_in_another_language_says_so(local_aws: LocalAws, machines: Machines, role: str) -> None:
    node = local_aws.deploy(template(CODE), name="Functions").physical_id("Node")
    ended = machines.call("lambda:invoke", {"FunctionName": node}, role=role)
    assert ended.error == "Runtime.NotEmulated"
    assert "has the runtime nodejs22.x, which is not emulated" in ended.told["errorMessage"]


def test_a_template_may_change_the_code(local_aws: LocalAws) -> None:
    cloudformation, functions = local_aws.client("cloudformation"), local_aws.client("lambda")

    def answer() -> Any:
        return json.loads(functions.invoke(FunctionName="Changing")["Payload"].read())

    def changing(number: int) -> str:
        resources = template(f"def handler(event, context): return {number}")["Resources"]
        resources["Double"]["Properties"]["FunctionName"] = "Changing"
        return json.dumps({"Resources": {name: resources[name] for name in ("Role", "Double")}})

    cloudformation.create_stack(StackName="Changing", TemplateBody=changing(1), Capabilities=["CAPABILITY_IAM"])
    assert answer() == 1
    cloudformation.update_stack(StackName="Changing", TemplateBody=changing(2), Capabilities=["CAPABILITY_IAM"])
    assert answer() == 2


def test_a_template_may_name_the_log_group(local_aws: LocalAws) -> None:
    resources = template("def handler(event, context): print('hello')")["Resources"]
    group = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "greetings"}}
    properties = {**resources["Double"]["Properties"], "LoggingConfig": {"LogGroup": {"Ref": "Group"}}}
    function = {**resources["Double"], "Properties": properties}
    stack = local_aws.deploy({"Resources": {**resources, "Double": function, "Group": group}}, name="Greetings")
    name = stack.physical_id("Double")
    local_aws.client("lambda").invoke(FunctionName=name)
    logs = local_aws.client("logs")
    assert "hello" in [event["message"] for event in logs.filter_log_events(logGroupName="greetings")["events"]]
    assert logs.describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{name}")["logGroups"] == []


def test_the_log_of_an_invocation_is_whole_and_its_end_is_in_the_answer(local_aws: LocalAws) -> None:
    code = "def handler(event, context):\n    for number in range(20_000): print(number)\n    print('the end', end='')"
    stack = local_aws.deploy(template(code), name="Talkative")
    name = stack.physical_id("Double")
    answer = local_aws.client("lambda").invoke(FunctionName=name, LogType="Tail")
    tail = base64.b64decode(answer["LogResult"]).decode()
    assert len(tail) == 4096
    pages = local_aws.client("logs").get_paginator("filter_log_events").paginate(logGroupName=f"/aws/lambda/{name}")
    lines = [event["message"] for page in pages for event in page["events"]]
    assert lines[0].startswith("START RequestId: ")
    assert lines[1:-3] == [str(number) for number in range(20_000)]
    assert lines[-3] == "the end"
    assert [line.split()[0] for line in lines[-2:]] == ["END", "REPORT"]
    assert tail.splitlines()[-3:] == lines[-3:]


def archive(**files: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        for name, text in files.items():
            made.writestr(name.replace("__", "/") + ".py", text)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("handler", "error"),
    [
        ("app.main", None),
        ("app.other", "Runtime.HandlerNotFound"),
        ("nothing.main", "Runtime.ImportModuleError"),
        ("broken.main", "Runtime.UserCodeSyntaxError"),
        ("app", "Runtime.MalformedHandlerName"),
    ],
)
def test_an_archive_of_modules(local_aws: LocalAws, machines: Machines, handler: str, error: str | None) -> None:
    functions = local_aws.client("lambda")
    code = archive(
        app="from parts.text import shout\ndef main(event, _): return shout(event)",
        parts__text="def shout(text): return text.upper()",
        broken="def",
    )
    name = handler.replace(".", "-")
    functions.create_function(
        FunctionName=name,
        Role=machines.role("lambda"),
        Code={"ZipFile": code},
        Handler=handler,
        Runtime="python3.13",
        Timeout=10,
    )
    answer = functions.invoke(FunctionName=name, Payload=b'"ada"')
    payload = json.loads(answer["Payload"].read())
    if error is None:
        assert (payload, answer.get("FunctionError")) == ("ADA", None)
    else:
        assert (payload["errorType"], answer["FunctionError"]) == (error, "Unhandled")
