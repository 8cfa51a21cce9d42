"""Gap: moto keeps pipes, takes whatever it is given, moves nothing, and starts again what was stopped.

Source: https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/Welcome.html
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from moto.pipes.exceptions import ConflictException, ValidationException
from moto.pipes.models import EventBridgePipesBackend, Pipe
from moto.pipes.responses import EventBridgePipesResponse

from constructs_lib.local.patching import Around, Change, Patch
from constructs_lib.local.pipes.checks import problem
from constructs_lib.local.pipes.pipes import Pipes

Operation = Callable[..., Any]


def patches(pipes: Pipes) -> list[Change]:
    """Check what is asked for, and let run what is kept.

    Args:
        pipes: runs them.
    """
    made = _Operations(pipes)
    return [
        Around(EventBridgePipesResponse, "create_pipe", made.checked("CreatePipe")),
        Around(EventBridgePipesResponse, "update_pipe", made.checked("UpdatePipe")),
        Around(EventBridgePipesBackend, "create_pipe", made.create),
        Around(EventBridgePipesBackend, "update_pipe", made.update),
        Around(EventBridgePipesBackend, "delete_pipe", made.delete),
        Around(EventBridgePipesBackend, "start_pipe", made.start),
        Around(EventBridgePipesBackend, "stop_pipe", made.stop),
        Patch(Pipe, "_get_last_status", _same),
        Patch(Pipe, "_get_next_status", _same),
    ]


class _Operations:
    def __init__(self, pipes: Pipes) -> None:
        self._pipes = pipes

    def checked(self, name: str) -> Callable[[Operation], Operation]:
        """Refuse what is wrong before moto answers."""

        def around(answer: Operation) -> Operation:
            def operation(response: Any) -> Any:
                pipe_name = unquote(response.uri.split("?")[0].rpartition("/")[2])
                given = json.loads(response.body or "{}")
                if refused := problem(name, _whole(response, {**given, "Name": pipe_name})):
                    raise ValidationException(refused)
                return answer(response)

            return operation

        return around

    def create(self, create: Operation) -> Operation:
        def create_pipe(backend: Any, name: str, **given: Any) -> Any:
            if name in backend.pipes:
                raise ConflictException(f"Pipe {name} already exists.", name, "pipe")
            pipe = create(backend, name=name, **given)
            pipe.creation_time = pipe.last_modified_time = self._now()
            self._pipes.changed(pipe, verb="CREATE")
            return pipe

        return create_pipe

    def update(self, update: Operation) -> Operation:
        def update_pipe(backend: Any, **given: Any) -> Any:
            pipe = update(backend, **given)
            pipe.last_modified_time = self._now()
            self._pipes.changed(pipe, verb="UPDATE")
            return pipe

        return update_pipe

    def delete(self, delete: Operation) -> Operation:
        def delete_pipe(backend: Any, name: str) -> Any:
            pipe = delete(backend, name)
            self._pipes.removed(pipe.arn)
            return pipe

        return delete_pipe

    def start(self, start: Operation) -> Operation:
        def start_pipe(backend: Any, name: str) -> Any:
            pipe = start(backend, name)
            self._pipes.changed(pipe, verb="START")
            return pipe

        return start_pipe

    def stop(self, stop: Operation) -> Operation:
        def stop_pipe(backend: Any, name: str) -> Any:
            pipe = stop(backend, name)
            self._pipes.changed(pipe, verb="STOP")
            return pipe

        return stop_pipe

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._pipes.clock.now(), tz=UTC)


def _whole(response: Any, given: dict[str, Any]) -> dict[str, Any]:
    """What a pipe is to be: what is given, and what it is already."""
    pipe = response.pipes_backend.pipes.get(given["Name"])
    if pipe is None:
        return given
    there = {
        "Source": pipe.source,
        "Target": pipe.target,
        "SourceParameters": pipe.source_parameters,
        "Enrichment": pipe.enrichment,
        "TargetParameters": pipe.target_parameters,
    }
    return {**{name: value for name, value in there.items() if value is not None}, **given}


def _same(self: Any, previous: str | None) -> str | None:
    """Stay as it is: what it is, is set."""
    del self
    return previous
