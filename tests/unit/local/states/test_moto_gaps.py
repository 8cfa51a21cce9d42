"""What moto still lacks: when one of these fails, moto has caught up, and the module of that name can go."""

import copy
import inspect
import json
import logging
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from jsonata.functions import Functions
from moto.dynamodb.responses import DynamoHandler
from moto.events.models import EventsBackend
from moto.s3.models import FakeKey
from moto.sns.exceptions import SNSNotFoundError
from moto.sns.models import SNSBackend
from moto.stepfunctions.models import StepFunctionBackend
from moto.stepfunctions.parser import quotas
from moto.stepfunctions.parser.asl.component.common.assign.assign_decl import AssignDecl
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent
from moto.stepfunctions.parser.asl.component.common.retry.retrier_decl import RetrierDecl
from moto.stepfunctions.parser.asl.component.common.string.string_expression import StringIntrinsicFunction
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.component.program.program import Program
from moto.stepfunctions.parser.asl.component.state.choice.comparison.variable import NoSuchVariable, Variable
from moto.stepfunctions.parser.asl.component.state.choice.state_choice import StateChoice
from moto.stepfunctions.parser.asl.component.state.exec.execute_state import ExecutionState
from moto.stepfunctions.parser.asl.component.state.exec.state_map.item_reader.reader_config.input_type import (
    InputTypeValue,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.iteration_worker import IterationWorker
from moto.stepfunctions.parser.asl.component.state.exec.state_map.state_map import StateMap
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel import state_parallel
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel.branches_decl import BranchesDecl
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_batch,
    state_task_service_ecs,
    state_task_service_sfn,
    state_task_service_sqs,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import StateTaskService
from moto.stepfunctions.parser.asl.component.state.state import CommonStateField
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.asl.eval import environment
from moto.stepfunctions.parser.asl.eval import states as moto_states
from moto.stepfunctions.parser.asl.eval.callback import callback
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventHistoryContext
from moto.stepfunctions.parser.asl.eval.variable_store import VariableStore
from moto.stepfunctions.parser.asl.jsonata import jsonata
from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor
from moto.stepfunctions.parser.asl.utils import json_path
from moto.stepfunctions.parser.asl.utils.boto_client import boto_client_for
from moto.stepfunctions.parser.backend import execution
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker
from moto.stepfunctions.parser.models import StepFunctionsParserBackend
from moto.stepfunctions.responses import StepFunctionResponse

from constructs_lib.local import states

ENV: Any = SimpleNamespace(next_state_name="S", event_history_context=SimpleNamespace(source_event_id=2))
GAPS: dict[str, Callable[[], bool]] = {}


def gap(module: str) -> Callable[[Callable[[], bool]], Callable[[], bool]]:
    """Looks whether moto still has the gap that a module of `states` closes."""

    def keep(check: Callable[[], bool]) -> Callable[[], bool]:
        GAPS[module] = check
        return check

    return keep


def raises(error: type[Exception], call: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:
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


@gap("flow.branches")
def branches() -> bool:
    return "TaskStateAborted" not in inspect.getsource(BranchesDecl._eval_body)


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


@gap("flow.comparisons")
def comparisons() -> bool:
    env = SimpleNamespace(stack=[])
    Variable(SimpleNamespace(literal_value="$.a", eval=lambda env: env[0]))._eval_body(env)
    return isinstance(env.stack[0], NoSuchVariable)


@gap("flow.context")
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


@gap("flow.copies")
def copies() -> bool:
    return moto_states.copy is copy


@gap("executions.arns")
def arns() -> bool:
    return "prefix" not in inspect.getsource(StepFunctionBackend._validate_arn)


@gap("executions.beginnings")
def beginnings() -> bool:
    return "RedriveCount" not in inspect.getsource(ExecutionWorker._get_evaluation_environment)


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


@gap("flow.error_names")
def error_names() -> bool:
    return raises(ValueError, CustomErrorName, "States.TaskFailed")


@gap("expressions.evaluation")
def expressions() -> bool:
    return Functions.string([5.0, "ü"], None) != '[5,"ü"]'


@gap("tasks.integrations")
def integrations() -> bool:
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
    return "TODO: validate name format" in inspect.getsource(StepFunctionsParserBackend.start_execution)


@gap("executions.listings")
def listings() -> bool:
    return "ValidationException" not in inspect.getsource(StepFunctionResponse.list_state_machines)


@gap("executions.histories")
def histories() -> bool:
    return "reverseOrder" not in inspect.getsource(StepFunctionResponse.get_execution_history)


@gap("flow.map_states")
def map_states() -> bool:
    return "type(input_items)" in inspect.getsource(StateMap._eval_execution)


@gap("flow.map_workers")
def map_workers() -> bool:
    return "_eval_pool" in IterationWorker._eval_pool.__code__.co_names


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


@gap("flow.programs")
def programs() -> bool:
    return "Thread" in Program.eval.__code__.co_names


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
    return "sleep" in RetrierDecl._eval_body.__code__.co_names


@gap("tasks.ecs_tasks")
def ecs_tasks() -> bool:
    return "Count" not in state_task_service_ecs._SUPPORTED_API_PARAM_BINDINGS["runtask"]


@gap("tasks.lambda_calls")
def lambda_calls() -> bool:
    return "separators" in inspect.getsource(lambda_eval_utils.execute_lambda_function_integration)


@gap("tasks.service_errors")
def service_errors() -> bool:
    return state_task_service_sqs._ERROR_NAME_CLIENT == "SQS.SdkClientException"


@gap("executions.stopping")
def stopping() -> bool:
    return raises(AttributeError, ExecutionWorker.stop, SimpleNamespace(env=None), None, None, None)


@gap("executions.status_changes")
def status_changes() -> bool:
    return "put_events" not in inspect.getsource(execution)


@gap("executions.logs")
def logs() -> bool:
    return "cloud_watch_logging_session=None" in inspect.getsource(StepFunctionsParserBackend.start_execution)


@gap("expressions.error_outputs")
def error_outputs() -> bool:
    return "env.states.set_result(error_output)" in inspect.getsource(ExecutionState._eval_state)


@gap("mocks.hooks")
def mocks() -> bool:
    return "mocked" not in inspect.getsource(state_parallel)


@gap("single_states.operation")
def single_states() -> bool:
    return not hasattr(StepFunctionResponse, "test_state")


@gap("revisions.versions")
def versions() -> bool:
    return not hasattr(StepFunctionResponse, "list_state_machine_versions")


@gap("revisions.aliases")
def aliases() -> bool:
    return "distinct" not in inspect.getsource(StepFunctionResponse._validate_routing_configuration)


@gap("activities.api")
def activities() -> bool:
    return not hasattr(StepFunctionResponse, "get_activity_task")


@gap("activities.tasks")
def activity_tasks() -> bool:
    return "activity_store={}" in inspect.getsource(StepFunctionsParserBackend.start_execution)


@gap("definitions.diagnostics")
def diagnostics() -> bool:
    return not hasattr(StepFunctionResponse, "validate_state_machine_definition")


@gap("executions.synchronous")
def synchronous() -> bool:
    return not hasattr(StepFunctionResponse, "start_sync_execution")


@gap("tasks.task_tokens")
def task_tokens() -> bool:
    return "cause" not in StepFunctionResponse.send_task_failure.__code__.co_consts


@gap("tasks.callbacks")
def callbacks() -> bool:
    return issubclass(callback.HeartbeatTimeoutError, TimeoutError)


@gap("tasks.started_executions")
def started_executions() -> bool:
    return "stop_execution" not in inspect.getsource(state_task_service_sfn)


@gap("tasks.task_states")
def tasks() -> bool:
    return "Thread" in ExecutionState._evaluate_with_timeout.__code__.co_names


@gap("executions.times")
def times() -> bool:
    return environment.threading is threading


@gap("flow.steps")
def steps() -> bool:
    return "EvaluationFailed" not in inspect.getsource(CommonStateField._eval_body)


@gap("flow.waits")
def waits() -> bool:
    return "program_state_event" in WaitFunction._wait_interval.__code__.co_names


@gap("distributed.api")
def distributed_api() -> bool:
    return "mapRunArn" not in StepFunctionResponse.list_executions.__code__.co_consts


@gap("distributed.definitions.grammar")
def distributed_definitions() -> bool:
    return {"JSONL", "MANIFEST"}.isdisjoint(kind.value for kind in InputTypeValue)


@gap("distributed.map_state")
def distributed_map_state() -> bool:
    return "currently have no effect" in inspect.getsource(Preprocessor.visitTolerated_failure_count_int)


@gap("definitions.authorizations")
def authorizations() -> bool:
    return "roleArn" not in StepFunctionsParserBackend.update_state_machine.__code__.co_names


@gap("services.events")
def events_without_an_object() -> bool:
    with pytest.warns(UserWarning, match="should be of type dict"):
        [entry] = EventsBackend("us-east-1", "123456789012").put_events(
            [{"Source": "s", "DetailType": "t", "Detail": "1"}]
        )
    return "EventId" in entry


@gap("services.objects")
def objects() -> bool:
    return "AES256" not in inspect.getsource(FakeKey)


@gap("services.tables")
def tables() -> bool:
    return "ConsumedCapacity" in DynamoHandler.update_item.__code__.co_consts


@gap("services.topics")
def topics() -> bool:
    with pytest.raises(SNSNotFoundError) as refused:
        SNSBackend("us-east-1", "123456789012").publish("m", "arn:aws:sns:us-east-1:123456789012:t")
    return refused.value.message == "Endpoint does not exist"


@pytest.mark.parametrize("name", states.gaps())
def test_moto_still_has_the_gap(name: str) -> None:
    assert GAPS[name]()
