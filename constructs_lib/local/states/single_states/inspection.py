"""What becomes of the data of a state, step by step, as DEBUG and TRACE show it.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_InspectionData.html
"""

import copy
from collections.abc import Callable
from typing import Any

from moto.stepfunctions.parser.asl.component.common.catch.catcher_outcome import CatcherOutcomeCaught
from moto.stepfunctions.parser.asl.component.common.retry.retrier_outcome import RetrierOutcome
from moto.stepfunctions.parser.asl.component.state.exec.execute_state import ExecutionState
from moto.stepfunctions.parser.asl.component.state.exec.state_map.state_map import StateMap
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel.state_parallel import StateParallel
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task import StateTask
from moto.stepfunctions.parser.asl.component.state.state_pass.state_pass import StatePass

from constructs_lib.local.states.json_text import json_text
from constructs_lib.local.states.single_states import iterations

_TOLERATED = {"ToleratedFailureCount": int, "ToleratedFailurePercentage": float}


class RetriableError(BaseException):
    """The state would be tried again: no error of the state, for which the interpreter would take any other."""


class Inspection:
    """Watches the parts of one parsed state while it runs.

    Args:
        state: of moto's parser; it is this inspection's own.
        given: the state's input.
        retries: how many times it has been tried before.
        data: what its ItemReader has read; None when that is not known.
    """

    def __init__(self, state: Any, given: Any, retries: int, data: str | None) -> None:
        self.seen: dict[str, Any] = {"input": json_text(given)}
        self.error: dict[str, Any] = {}
        """The last one, with the names that an errorOutput has."""
        self.is_caught = False
        self._retries, self._data = retries, data
        self._state = state
        self._is_jsonpath = bool(state._is_language_query_jsonpath())  # noqa: SLF001 moto's own way
        if self._is_jsonpath:
            self._watch_paths()
        if isinstance(state, StateTask):
            self._watch_task()
        if isinstance(state, StateMap):
            self._watch_map()
        if isinstance(state, ExecutionState):
            self._watch_handlers()

    def shown(self, variables: dict[str, Any], *, succeeded: bool) -> dict[str, Any]:
        """All that was seen, with the variables that are there at the end."""
        shown = dict(self.seen)
        if isinstance(self._state, StatePass) and self._is_jsonpath and succeeded:
            _complete_pass(shown, has_result=self._state.result is not None)
        if isinstance(self._state, StateParallel):
            shown.pop("afterInputPath", None)
            shown.pop("afterParameters", None)
        return {**shown, "variables": json_text(variables)} if variables else shown

    def _watch_paths(self) -> None:
        state = self._state
        self._note(state.input_path, "afterInputPath")
        self._note(getattr(state, "result_selector", None), "afterResultSelector")
        if isinstance(state, StateMap):
            self._note(state.items_path, "afterItemsPath")
        if isinstance(state, StatePass):
            self._note(state.parameters, "afterParameters")
            self._note(state.result, "result")
        if isinstance(state, StatePass | ExecutionState):
            self._note(state.result_path, "afterResultPath")

    def _watch_task(self) -> None:
        key = "afterParameters" if self._is_jsonpath else "afterArguments"
        if self._state.parargs is not None:
            self._note(self._state.parargs, key)
        elif self._is_jsonpath:
            self._note(self._state.input_path, key)

    def _watch_map(self) -> None:
        state = self._state
        self._note(state.max_concurrency_decl, "maxConcurrency", as_text=False)
        _after(state.max_concurrency_decl, "_eval_body", lambda env, _: self._tolerated(env))
        component, iterate = state.iteration_component, state.iteration_component.eval

        def show_and_iterate(env: Any) -> None:
            for key, value in iterations.steps(component, env, self._data).items():
                self.seen[key] = json_text(value)
            iterate(env)

        component.eval = show_and_iterate

    def _tolerated(self, env: Any) -> None:
        fields = vars(self._state.iteration_component).get("_fields")
        for name, kind in _TOLERATED.items():
            value = fields.value(name, env) if fields else None
            if value is not None:
                self.seen[name[:1].lower() + name[1:]] = kind(value)

    def _watch_handlers(self) -> None:
        state = self._state
        construct = state._construct_error_output_value  # noqa: SLF001 moto's only place where it is known

        def note_error(failure_event: Any) -> Any:
            self.error = construct(failure_event)
            return self.error

        state._construct_error_output_value = note_error  # noqa: SLF001 of this one object
        _after(state, "_eval_execution", lambda env, _: self._take_result(env))
        for index, retrier in enumerate(state.retry.retriers if state.retry else ()):
            retrier._eval_body = self._retrying(retrier, index)  # noqa: SLF001 of this one object
        for index, catcher in enumerate(state.catch.catchers if state.catch else ()):
            _after(catcher, "_eval_body", self._catching(index))

    def _take_result(self, env: Any) -> None:
        result = env.stack[-1]
        if isinstance(self._state, StateTask):
            self.seen["result"] = json_text(result)
        if self._is_jsonpath:
            self.seen.setdefault("afterResultSelector", json_text(result))

    def _retrying(self, retrier: Any, index: int) -> Callable[[Any], None]:
        """What stands in place of a retrier: nobody waits for a state that is tested, it is told when it would run."""

        def retry(env: Any) -> None:
            retrier.error_equals.eval(env)
            if not env.stack.pop():
                env.stack.append(RetrierOutcome.Skipped)
                return
            details = self.seen.setdefault("errorDetails", {})
            details["retryIndex"] = index
            if self._retries >= retrier.max_attempts.attempts:
                env.stack.append(RetrierOutcome.Failed)
                return
            details["retryBackoffIntervalSeconds"] = _interval(retrier, self._retries)
            raise RetriableError

        return retry

    def _catching(self, index: int) -> Callable[[Any, Any], None]:
        def caught(env: Any, _: Any) -> None:
            if isinstance(env.stack[-1], CatcherOutcomeCaught):
                self.is_caught = True
                self.seen.setdefault("errorDetails", {})["catchIndex"] = index

        return caught

    def _note(self, component: Any, key: str, *, as_text: bool = True) -> None:
        if component is not None:

            def note(env: Any, _: Any) -> None:
                value = copy.deepcopy(env.stack[-1])
                self.seen[key] = json_text(value) if as_text else value

            _after(component, "_eval_body", note)


def _complete_pass(shown: dict[str, Any], *, has_result: bool) -> None:
    """What AWS shows of a Pass state, which has the steps of all states, and the same data after most of them."""
    if has_result:
        shown.pop("afterInputPath", None)
        shown.pop("afterParameters", None)
        shown["afterResultSelector"] = shown["result"]
    else:
        shown.setdefault("afterParameters", shown["afterInputPath"])
        shown["afterResultSelector"] = shown["afterParameters"]
    shown.setdefault("afterResultPath", shown["afterResultSelector"])


def _interval(retrier: Any, attempts: int) -> int:
    seconds = retrier.interval_seconds.seconds * retrier.backoff_rate.rate**attempts
    largest = retrier.max_delay_seconds.max_delays_seconds
    return int(min(seconds, largest))


def _after(owner: Any, method: str, then: Callable[[Any, Any], None]) -> None:
    """Let something be called with the environment, and what a method has returned, after the method of one object."""
    evaluate = getattr(owner, method)

    def call(env: Any, *args: Any, **kwargs: Any) -> Any:
        returned = evaluate(env, *args, **kwargs)
        then(env, returned)
        return returned

    setattr(owner, method, call)
