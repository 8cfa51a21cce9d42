"""What moto still lacks: when one of these fails, moto has caught up, and the module of that name can go."""

import copy
import io
import json
import logging
import re
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from jsonata.functions import Functions
from moto import mock_aws
from moto.events.models import EventsBackend
from moto.s3.models import s3_backends
from moto.sns.exceptions import SNSNotFoundError
from moto.sns.models import SNSBackend
from moto.stepfunctions.parser import quotas
from moto.stepfunctions.parser.asl.component.common.assign.assign_decl import AssignDecl
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.common.retry.retrier_decl import MaxAttemptsOutcome, RetrierDecl
from moto.stepfunctions.parser.asl.component.common.string.string_expression import StringIntrinsicFunction
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.component.state.choice.comparison.variable import NoSuchVariable, Variable
from moto.stepfunctions.parser.asl.component.state.choice.state_choice import StateChoice
from moto.stepfunctions.parser.asl.component.state.exec.execute_state import ExecutionState
from moto.stepfunctions.parser.asl.component.state.exec.state_map.item_reader.reader_config.input_type import (
    InputTypeValue,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel.branches_decl import BranchesDecl
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.component.state.exec.state_task.lambda_eval_utils import LambdaFunctionErrorException
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_batch,
    state_task_service_ecs,
    state_task_service_sqs,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import StateTaskService
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.timestamp import Timestamp
from moto.stepfunctions.parser.asl.eval import environment
from moto.stepfunctions.parser.asl.eval import states as moto_states
from moto.stepfunctions.parser.asl.eval.callback import callback
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventHistoryContext
from moto.stepfunctions.parser.asl.eval.variable_store import VariableStore
from moto.stepfunctions.parser.asl.jsonata import jsonata
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor
from moto.stepfunctions.parser.asl.utils import json_path
from moto.stepfunctions.parser.asl.utils.boto_client import boto_client_for
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker
from moto.stepfunctions.parser.models import StepFunctionsParserBackend
from moto.stepfunctions.responses import StepFunctionResponse

from constructs_lib.limits import STEP_FUNCTIONS_INLINE_MAP_CONCURRENCY
from constructs_lib.local import states
from constructs_lib.local.patching import Patch, Patches
from constructs_lib.local.states.executions.stopping import end_executions
from constructs_lib.local.states.tasks import integrations

ENV: Any = SimpleNamespace(next_state_name="S", event_history_context=SimpleNamespace(source_event_id=2))
GAPS: dict[str, list[Callable[[], bool]]] = {}


def gap(module: str) -> Callable[[Callable[[], bool]], Callable[[], bool]]:
    """Looks whether moto still has a gap that a module of `states` closes."""

    def keep(check: Callable[[], bool]) -> Callable[[], bool]:
        GAPS.setdefault(module, []).append(check)
        return check

    return keep


ROLE = "arn:aws:iam::123456789012:role/states"
PASS = {"Type": "Pass", "End": True}
WAIT = {"Type": "Wait", "Seconds": 20, "End": True}


@pytest.fixture(scope="module", autouse=True)
def plain_moto() -> Iterator[None]:
    """moto as it is, which interprets state machines."""
    with pytest.MonkeyPatch.context() as patch, mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        yield
        end_executions()


def states_client() -> Any:
    return boto3.client("stepfunctions")


def chain(**states: Any) -> dict[str, Any]:
    """A definition, or a part of one, whose first state is the one that starts."""
    return {"StartAt": next(iter(states)), "States": states}


def moto_machine(definition: dict[str, Any], **options: Any) -> str:
    name = f"m{uuid.uuid4()}"
    made = states_client().create_state_machine(name=name, definition=json.dumps(definition), roleArn=ROLE, **options)
    return str(made["stateMachineArn"])


def ended(machine: str, given: Any = None) -> dict[str, Any]:
    """Run a state machine to its end, and describe how it ended."""
    arn = states_client().start_execution(stateMachineArn=machine, name="e", input=json.dumps(given or {}))[
        "executionArn"
    ]
    until(lambda: states_client().describe_execution(executionArn=arn)["status"] != "RUNNING")
    described: dict[str, Any] = states_client().describe_execution(executionArn=arn)
    return described


def moto_run(given: Any = None, **states: Any) -> dict[str, Any]:
    return ended(moto_machine(chain(**states)), given)


def types(run: dict[str, Any]) -> list[str]:
    """The types of the events of a run."""
    events = states_client().get_execution_history(executionArn=run["executionArn"])["events"]
    return [event["type"] for event in events]


def until(condition: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 15
    while not condition():
        assert time.monotonic() < deadline, "not within 15 seconds"
        time.sleep(0.01)


def refusal(operation: str, **parameters: Any) -> str:
    with pytest.raises(ClientError) as refused:
        getattr(states_client(), operation)(**parameters)
    return str(refused.value)


def part(value: Any) -> Any:
    """Part of a definition that evaluates to a value."""
    return SimpleNamespace(eval=lambda env: env.stack.append(value))


def environment_of() -> Any:
    env = Environment(
        aws_execution_details=None,
        execution_type=None,
        context={"Execution": {"Input": {}}, "StateMachine": {}, "State": {}},
        event_history_context=EventHistoryContext.of_program_start(),
        cloud_watch_logging_session=None,
        activity_store={},
    )
    env.next_state_name = "T"
    env.next_field_name = "Parameters"
    return env


def task_that(execute: Callable[[Any], None]) -> Any:
    """A Task state that does something of ours."""
    task = {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": {}, "End": True}
    state = AmazonStateLanguageParser.parse(json.dumps(chain(T=task)))[0].states.states["T"]
    state._eval_execution = execute
    return state


def raises(
    error: type[Exception] | tuple[type[Exception], ...], call: Callable[..., Any], *args: Any, **kwargs: Any
) -> bool:
    with pytest.raises(error):
        call(*args, **kwargs)
    return True


@gap("expressions.assignments")
def assignments() -> bool:
    env = SimpleNamespace(stack=[], variable_store=VariableStore())
    binding = SimpleNamespace(eval=lambda env: env.stack.append({"k": 2}))
    AssignDecl([binding])._eval_body(env)
    return env.variable_store.get("k") == 2


@gap("tasks.batch_tasks")
def batch_tasks() -> bool:
    return "ShareIdentifier" not in state_task_service_batch._SUPPORTED_API_PARAM_BINDINGS["submitjob"]


@gap("flow.attempts")
def attempts() -> bool:
    return ExecutionState._from_error(ENV, ENV, ValueError("x")).event_type == "TaskFailed"


@gap("flow.concurrency")
def branches() -> bool:
    parallel = {"Type": "Parallel", "Branches": [chain(W=WAIT), chain(F={"Type": "Fail"})], "End": True}
    return "WaitStateAborted" not in types(moto_run(P=parallel))


@gap("flow.causes")
def causes() -> bool:
    details = {"taskFailedEventDetails": {"error": "States.Runtime", "cause": "c"}}
    FailureEvent(env=ENV, error_name=None, event_type=None, event_details=details)
    return details["taskFailedEventDetails"]["cause"] == "c"


@gap("flow.choices")
def choices() -> bool:
    choice = StateChoice()
    choice.name, choice.choices_decl = "C", SimpleNamespace(rules=[])
    return raises(RuntimeError, choice._eval_state, SimpleNamespace(stack=[]))


@gap("tasks.clients")
def clients() -> bool:
    return boto_client_for("us-east-1", "sts") is not boto_client_for("us-east-1", "sts")


@gap("flow.choices")
def comparisons() -> bool:
    env = SimpleNamespace(stack=[])
    Variable(SimpleNamespace(literal_value="$.a", eval=lambda env: env[0]))._eval_body(env)
    return isinstance(env.stack[0], NoSuchVariable)


@gap("flow.frames")
def context() -> bool:
    env = Environment(
        aws_execution_details=None,
        execution_type=None,
        context={"Execution": {"Input": None}, "StateMachine": {}, "Map": {}},
        event_history_context=EventHistoryContext.of_program_start(),
        cloud_watch_logging_session=None,
        activity_store={},
    )
    return "Map" not in env.open_frame().states.context_object.context_object_data


@gap("flow.frames")
def copies() -> bool:
    return moto_states.copy is copy


@gap("executions.arns")
def arns() -> bool:
    return "prefix" not in refusal("describe_execution", executionArn="nothing")


@gap("executions.beginnings")
def beginnings() -> bool:
    asks = {"Type": "Pass", "Parameters": {"n.$": "$$.Execution.RedriveCount"}, "End": True}
    return moto_run(A=asks)["status"] == "FAILED"


@gap("executions.descriptions")
def descriptions() -> bool:
    execution = SimpleNamespace(
        status="SUCCEEDED",
        output="text",
        **dict.fromkeys(
            [
                "execution_input",
                "name",
                "start_date",
                "stop_date",
                "state_machine_arn",
                "output_details",
                "error",
                "cause",
            ]
        ),
    )
    backend = SimpleNamespace(describe_execution=lambda _: execution)
    request = SimpleNamespace(_get_param=lambda _: "arn", stepfunction_backend=backend)
    return bool(StepFunctionResponse.describe_execution(request).result["output"] == "text")


@gap("flow.retries")
def error_names() -> bool:
    return raises(ValueError, CustomErrorName, "States.TaskFailed")


@gap("expressions.evaluation")
def expressions() -> bool:
    return Functions.string([5.0, "ü"], None) != '[5,"ü"]'


@gap("tasks.integrations")
def of_integrations() -> bool:
    parameters = {"JobQueue": "q"}
    task = SimpleNamespace(resource=SimpleNamespace(api_name="batch", api_action="listJobs"))
    StateTaskService._normalise_parameters(task, parameters)
    return parameters == {"JobQueue": "q"}


@gap("expressions.literals")
def literals() -> bool:
    return Preprocessor._inner_string_of(SimpleNamespace(getText=lambda: r'"a\n"')) == r"a\n"


@gap("definitions.acceptance")
def definitions() -> bool:
    nowhere = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}}
    return StepFunctionsParserBackend._validate_definition(json.dumps(nowhere)) is None


@gap("executions.starting")
def executions() -> bool:
    machine = moto_machine(chain(P=PASS))
    return "executionArn" in states_client().start_execution(stateMachineArn=machine, name="of two words")


@gap("executions.listings")
def listings() -> bool:
    return "stateMachines" in states_client().list_state_machines(maxResults=1_001)


@gap("executions.histories")
def histories() -> bool:
    arn = moto_run(P=PASS)["executionArn"]
    events = states_client().get_execution_history(executionArn=arn, reverseOrder=True)["events"]
    return bool(events[0]["type"] == "ExecutionStarted")


@gap("flow.map_states")
def map_states() -> bool:
    over = {"Type": "Map", "ItemsPath": "$", "ItemProcessor": chain(P=PASS), "End": True}
    return not moto_run(M=over)["cause"].endswith('Reference path "$" must point to array.')


@gap("flow.concurrency")
def map_workers() -> bool:
    over = {"Type": "Map", "ItemProcessor": chain(W={"Type": "Wait", "Seconds": 1, "End": True}), "End": True}
    happened = types(moto_run(list(range(45)), M=over))
    return (
        happened[: happened.index("WaitStateExited")].count("MapIterationStarted")
        > STEP_FUNCTIONS_INLINE_MAP_CONCURRENCY
    )


@gap("definitions.parsing")
def parsing() -> bool:
    return Preprocessor()._query_language_per_scope is Preprocessor()._query_language_per_scope


@gap("expressions.functions")
def functions() -> bool:
    call = StringIntrinsicFunction("States.X()", SimpleNamespace(eval=lambda env: [][env]))
    return raises(TypeError, call._eval_body, "env")


@gap("expressions.paths")
def paths() -> bool:
    return json_path.extract_json("$.a[0].b", {"a": [{"b": 1}]}) == [1]


@gap("flow.concurrency")
def programs() -> bool:
    seen: list[int] = []
    program = AmazonStateLanguageParser.parse(json.dumps(chain(P=PASS)))[0]
    program._eval_body = lambda env: seen.append(threading.get_ident())  # noqa: ARG005
    program.eval(environment_of())
    return seen != [threading.get_ident()]


@gap("expressions.queries")
def queries() -> bool:
    return jsonata._eval_jsonata is None


@gap("executions.quiet")
def quiet() -> bool:
    records: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = records.append  # type: ignore[method-assign]
    logger = logging.getLogger(EvalComponent.__module__)
    logger.addHandler(handler)
    EvalComponent._log_exception(SimpleNamespace(), ValueError())
    logger.removeHandler(handler)
    return len(records) == 1


@gap("executions.quotas")
def quotas_() -> bool:
    return not quotas.is_within_size_quota({"v": "ü" * 100_000})


@gap("flow.retries")
def retries() -> bool:
    env = SimpleNamespace(stack=[], is_running=lambda: False)
    parts = [part(value) for value in (True, MaxAttemptsOutcome.SUCCESS, None, None, None, 0.2)]
    retrier = SimpleNamespace(
        **dict(zip(("error_equals", "max_attempts", "interval_seconds", "backoff_rate"), parts[:4], strict=True)),
        max_delay_seconds=parts[4],
        jitter_strategy=parts[5],
    )
    began = time.monotonic()
    RetrierDecl._eval_body(retrier, env)
    return time.monotonic() - began >= 0.2


@gap("tasks.ecs_tasks")
def ecs_tasks() -> bool:
    return "Count" not in state_task_service_ecs._SUPPORTED_API_PARAM_BINDINGS["runtask"]


@gap("tasks.lambda_calls")
def lambda_calls() -> bool:
    answer = {"FunctionError": "Unhandled", "Payload": io.BytesIO(b'{"errorType": "E"}')}
    client, env = SimpleNamespace(invoke=lambda **_: answer), SimpleNamespace(is_mocked_mode=lambda: False)
    call = partial(lambda_eval_utils.execute_lambda_function_integration, env, {}, "us-east-1", None)
    fake = Patches([Patch(lambda_eval_utils, "boto_client_for", lambda *_, **__: client)])
    with fake, pytest.raises(LambdaFunctionErrorException) as failed:
        call()
    return '{"errorType": "E"}' not in vars(failed.value).values()


@gap("tasks.service_errors")
def service_errors() -> bool:
    return state_task_service_sqs._ERROR_NAME_CLIENT == "SQS.SdkClientException"


@gap("executions.stopping")
def stopping() -> bool:
    return raises(AttributeError, ExecutionWorker.stop, SimpleNamespace(env=None), None, None, None)


@gap("executions.status_changes")
def status_changes() -> bool:
    queue = boto3.client("sqs").create_queue(QueueName="told")["QueueUrl"]
    arn = boto3.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"][
        "QueueArn"
    ]
    boto3.client("events").put_rule(Name="all", EventPattern=json.dumps({"source": ["aws.states"]}))
    boto3.client("events").put_targets(Rule="all", Targets=[{"Id": "q", "Arn": arn}])
    moto_run(P=PASS)
    return "Messages" not in boto3.client("sqs").receive_message(QueueUrl=queue)


@gap("executions.logs")
def logs() -> bool:
    boto3.client("logs").create_log_group(logGroupName="of-machines")
    [group] = boto3.client("logs").describe_log_groups(logGroupNamePrefix="of-machines")["logGroups"]
    to = {"level": "ALL", "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": group["arn"]}}]}
    ended(moto_machine(chain(P=PASS), loggingConfiguration=to))
    return not boto3.client("logs").describe_log_streams(logGroupName="of-machines")["logStreams"]


@gap("expressions.error_outputs")
def error_outputs() -> bool:
    env, state = environment_of(), task_that(lambda env: [][env])
    with pytest.raises(FailureEventException):
        state._eval_state(env)
    return "result" in env.states._states_data


@gap("mocks.hooks")
def mocks() -> bool:
    evaluated: list[Any] = []
    branches = BranchesDecl([])
    branches._eval_body = evaluated.append
    branches.eval(SimpleNamespace(is_running=lambda: True, is_mocked_mode=lambda: True))
    return len(evaluated) == 1


@gap("single_states.operation")
def single_states() -> bool:
    return not hasattr(StepFunctionResponse, "test_state")


@gap("revisions.versions")
def versions() -> bool:
    return not hasattr(StepFunctionResponse, "list_state_machine_versions")


@gap("revisions.aliases")
def aliases() -> bool:
    machine = moto_machine(chain(P=PASS), publish=True)
    route = {"stateMachineVersionArn": f"{machine}:1", "weight": 50}
    made = states_client().create_state_machine_alias(name="twice", routingConfiguration=[route, route])
    return "stateMachineAliasArn" in made


@gap("activities.api")
def activities() -> bool:
    return not hasattr(StepFunctionResponse, "get_activity_task")


@gap("activities.tasks")
def activity_tasks() -> bool:
    arn = states_client().create_activity(name="a")["activityArn"]
    task = {"Type": "Task", "Resource": arn, "TimeoutSeconds": 2, "End": True}
    run = moto_run(T=task)
    return run["status"] == "FAILED" and run["error"] == "States.Runtime"


@gap("definitions.diagnostics")
def diagnostics() -> bool:
    return not hasattr(StepFunctionResponse, "validate_state_machine_definition")


@gap("executions.synchronous")
def synchronous() -> bool:
    return not hasattr(StepFunctionResponse, "start_sync_execution")


@gap("tasks.callbacks")
def task_tokens() -> bool:
    told: dict[str, Any] = {}
    backend = SimpleNamespace(send_task_failure=lambda token, **details: told.update(details))  # noqa: ARG005
    StepFunctionResponse.send_task_failure(SimpleNamespace(_get_param=lambda name: name, stepfunction_backend=backend))
    return told == {"error": "error"}


@gap("tasks.callbacks")
def callbacks() -> bool:
    return issubclass(callback.HeartbeatTimeoutError, TimeoutError)


@gap("tasks.started_executions")
def started_executions() -> bool:
    with Patches(integrations.patches()):  # or else it starts nothing at all
        child = moto_machine(chain(W=WAIT))
        start = {"Resource": "arn:aws:states:::states:startExecution.sync", "Parameters": {"StateMachineArn": child}}
        machine = moto_machine(chain(T={"Type": "Task", **start, "End": True}))
        arn = states_client().start_execution(stateMachineArn=machine)["executionArn"]
        until(lambda: states_client().list_executions(stateMachineArn=child)["executions"])
        states_client().stop_execution(executionArn=arn)
        until(lambda: states_client().describe_execution(executionArn=arn)["status"] == "ABORTED")
        [started] = states_client().list_executions(stateMachineArn=child)["executions"]
        states_client().stop_execution(executionArn=started["executionArn"])
    return bool(started["status"] == "RUNNING")


@gap("tasks.task_states")
def tasks() -> bool:
    seen: list[int] = []

    def execute(env: Any) -> None:
        seen.append(threading.get_ident())
        env.stack.append(None)

    state = task_that(execute)
    state._eval_state(environment_of())
    return seen != [threading.get_ident()]


@gap("executions.times")
def times() -> bool:
    return environment.threading is threading


@gap("flow.steps")
def steps() -> bool:
    asks = {"Type": "Pass", "Parameters": {"t.$": "$$.State.EnteredTime"}, "End": True}
    return re.fullmatch(r".*\.\d{3}Z", json.loads(moto_run(A=asks)["output"])["t"]) is None


@gap("flow.waits")
def waits() -> bool:
    moment = (datetime.now(UTC) + timedelta(seconds=100, milliseconds=500)).strftime("%Y-%m-%dT%H:%M:%SZ")
    seconds = Timestamp(part(moment))._get_wait_seconds(SimpleNamespace(stack=[]))
    return isinstance(seconds, int)


@gap("distributed.map_runs.api")
def distributed_api() -> bool:
    arn = "arn:aws:states:us-east-1:123456789012:mapRun:machine/label:run"
    with pytest.raises((ClientError, AttributeError, TypeError)) as refused:
        states_client().list_executions(mapRunArn=arn)
    return "ResourceNotFound" not in str(refused.value)


@gap("distributed.definitions.grammar")
def distributed_definitions() -> bool:
    return {"JSONL", "MANIFEST"}.isdisjoint(kind.value for kind in InputTypeValue)


@gap("distributed.map_runs.map_state")
def distributed_map_state() -> bool:
    fails = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, **chain(F={"Type": "Fail"})}
    return moto_run([1], M={"Type": "Map", "ItemProcessor": fails, "End": True})["output"] == "[null]"


@gap("definitions.authorizations")
def authorizations() -> bool:
    machine = moto_machine(chain(P=PASS))  # by a role that is not there
    changed = states_client().update_state_machine(stateMachineArn=machine, roleArn=f"{ROLE}-other")
    return "updateDate" in changed


@gap("services.events")
def events_without_an_object() -> bool:
    with pytest.warns(UserWarning, match="should be of type dict"):
        [entry] = EventsBackend("us-east-1", "123456789012").put_events(
            [{"Source": "s", "DetailType": "t", "Detail": "1"}]
        )
    return "EventId" in entry


@gap("services.access_logs")
def access_logs_at_once() -> bool:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="logged")
    s3_backends["123456789012"]["aws"].get_bucket("logged").logging = {"TargetBucket": "logged"}
    return "Contents" in s3.list_objects_v2(Bucket="logged")


@gap("services.object_acls")
def object_acls() -> bool:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="mine")
    s3.put_object(Bucket="mine", Key="k", Body=b"", ACL="public-read")
    s3.put_object_acl(Bucket="mine", Key="k", AccessControlPolicy={"Owner": {"ID": "1"}, "Grants": []})
    return [grant["Permission"] for grant in s3.get_object_acl(Bucket="mine", Key="k")["Grants"]] == ["FULL_CONTROL"]


@gap("services.objects")
def objects() -> bool:
    boto3.client("s3").create_bucket(Bucket="plain")
    return "ServerSideEncryption" not in boto3.client("s3").put_object(Bucket="plain", Key="k", Body=b"")


@gap("services.tables")
def tables() -> bool:
    key = {"AttributeName": "id", "AttributeType": "S"}
    boto3.client("dynamodb").create_table(
        TableName="t",
        AttributeDefinitions=[key],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return "ConsumedCapacity" in boto3.client("dynamodb").update_item(
        TableName="t",
        Key={"id": {"S": "1"}},
        UpdateExpression="SET a = :a",
        ExpressionAttributeValues={":a": {"N": "1"}},
    )


@gap("services.topics")
def topics() -> bool:
    with pytest.raises(SNSNotFoundError) as refused:
        SNSBackend("us-east-1", "123456789012").publish("m", "arn:aws:sns:us-east-1:123456789012:t")
    return refused.value.message == "Endpoint does not exist"


@gap("services.windows_images")
def windows_images() -> bool:
    name = "/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base"
    return boto3.client("ssm").get_parameters(Names=[name])["Parameters"] == []


# A thread of moto that is stopped while it reads the fields of its state dies: one more gap.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("name", states.gaps())
def test_moto_still_has_the_gap(name: str) -> None:
    assert [has_gap.__name__ for has_gap in GAPS[name] if not has_gap()] == []
