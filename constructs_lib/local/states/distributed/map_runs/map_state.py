"""Gap: moto runs the items of a Distributed Map in the parent's own environment, one thread each, and forgets failures.

Here each input is a child execution of a map run, which tolerates as many failures as the state says, and ends its
children when it fails or when the parent execution ends.
Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html.
"""

from collections import deque
from collections.abc import Iterator
from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType, MapRunFailedEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEventException
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.distributed_iteration_component import (
    DistributedIterationComponent,
)
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

from constructs_lib.local.patching import Patch
from constructs_lib.local.states.distributed.batches import Batcher, ChildInput, single_inputs
from constructs_lib.local.states.distributed.children.rights import ChildRights
from constructs_lib.local.states.distributed.definitions.fields import MapFields, evaluate
from constructs_lib.local.states.distributed.failures import THRESHOLD, MapRunError, failure_event
from constructs_lib.local.states.distributed.map_runs import registry
from constructs_lib.local.states.distributed.map_runs.dispatch import Dispatch
from constructs_lib.local.states.distributed.map_runs.map_run import MapRun
from constructs_lib.local.states.distributed.numbers import whole_number
from constructs_lib.local.states.distributed.reading.items import STATE_DATA, Item
from constructs_lib.local.states.distributed.reading.reader import read_items
from constructs_lib.local.states.distributed.results.files import write_results
from constructs_lib.local.states.distributed.results.records import state_output
from constructs_lib.local.states.distributed.tolerance import Tolerance
from constructs_lib.local.states.failures import failure
from constructs_lib.local.states.rights import Caller
from constructs_lib.local.states.tasks.clients import client_for
from constructs_lib.local.states.tasks.task_states import InterruptedTaskError

_EXCEEDED = "The specified tolerated failure threshold was exceeded"


def patches() -> list[Patch]:
    """Run children."""
    return [Patch(DistributedIterationComponent, "_eval_body", _run)]


def _run(self: Any, env: Any) -> None:
    request = env.stack.pop()
    fields = MapFields.of(self)
    reader = fields.value("ItemReader", env)
    try:
        tolerance = Tolerance.of(
            fields.value("ToleratedFailureCount", env), fields.value("ToleratedFailurePercentage", env), fields.paths
        )
        if reader is not None:
            whole_number(
                "MaxItems", (reader.get("ReaderConfig") or {}).get("MaxItems", 0), fields.paths.get("MaxItems")
            )
        run = MapRun(
            execution_arn=env.states.context_object.context_object_data["Execution"]["Id"],
            label=request.label,
            max_concurrency=request.max_concurrency,
            tolerance=tolerance,
            is_express=fields.is_express,
        )
    except MapRunError as error:  # before there is a map run that could fail
        raise failure(env, error.error, error.cause) from error
    registry.add(run, env)
    _add_event(env, HistoryEventType.MapRunStarted, mapRunStartedEventDetails={"mapRunArn": run.arn})
    try:
        output = _output(self, env, request, run, reader)
    except MapRunError as error:
        failed = failure_event(env, error)
        _fail(env, run, failed)
        raise failed from error
    except Exception as error:
        _fail(env, run, error)
        raise
    run.results_written()
    run.close("SUCCEEDED")
    _add_event(env, HistoryEventType.MapRunSucceeded)
    env.stack.append(output)


def _output(component: Any, env: Any, request: Any, run: MapRun, reader: Any) -> Any:
    fields = MapFields.of(component)
    rights = ChildRights(env)
    rights.check_start()
    run.may_stop = rights.may_stop
    client = client_for(env.aws_execution_details.region, "s3", Caller.of(env))
    writer = fields.value("ResultWriter", env)
    dispatch = Dispatch(run, env, component._get_iteration_program())  # noqa: SLF001 moto's own way
    if isinstance(request.input_items, list) and "ItemReader" not in fields.templates:
        run.total_items = len(request.input_items)
    inputs = _inputs(env, request, fields, client, reader)
    pending = dispatch.run(inputs)
    output = None
    if writer is not None and "Resource" in writer:
        output = write_results(client, writer, run.arn, run.children, pending)
    else:
        deque(pending, maxlen=0)  # count them
    if run.is_exceeded:
        raise MapRunError(THRESHOLD, _EXCEEDED)
    if not env.is_running():
        raise InterruptedTaskError
    return output or state_output(run.children, (writer or {}).get("WriterConfig", {}))


def _inputs(env: Any, request: Any, fields: MapFields, client: Any, reader: Any) -> Iterator[ChildInput]:
    batcher = fields.value("ItemBatcher", env)
    of_state = (Item(given, STATE_DATA) for given in request.input_items or ())
    items = of_state if reader is None else read_items(client, reader)
    selector = fields.templates.get("ItemSelector")
    selected = (item.given for item in items) if selector is None else _selected(env, selector, items)
    return single_inputs(selected) if batcher is None else Batcher.of(batcher).batches(selected)


def _selected(env: Any, selector: Any, items: Iterator[Item]) -> Iterator[Any]:
    context = env.states.context_object.context_object_data
    for index, item in enumerate(items):
        if not env.is_running():
            return
        context["Map"] = {"Item": item.context(index)}
        yield evaluate(selector, env)


def _fail(env: Any, run: MapRun, error: Exception) -> None:
    if not env.is_running():
        run.close("ABORTED")
        return
    pair = error.extract_error_cause_pair() if isinstance(error, FailureEventException) else None
    details = MapRunFailedEventDetails()
    details.update({key: value for key, value in zip(("error", "cause"), pair or (), strict=False) if value})
    _add_event(env, HistoryEventType.MapRunFailed, mapRunFailedEventDetails=details)
    run.close("FAILED")


def _add_event(env: Any, event_type: Any, **details: Any) -> None:
    env.event_manager.add_event(
        context=env.event_history_context,
        event_type=event_type,
        event_details=EventDetails(**details) if details else None,
    )
