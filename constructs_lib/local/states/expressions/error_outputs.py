"""Gap: in moto, ``$states`` of a Catch has the error as its result, too.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

from typing import Any

from moto.stepfunctions.parser.asl.eval.states import States

from constructs_lib.local.patching import Patch

_set_error_output = States.set_error_output
_set_result = States.set_result


def patches() -> list[Patch]:
    """Let an error be no result."""
    return [Patch(States, "set_error_output", _set_error), Patch(States, "set_result", _set_if_no_error)]


def _set_error(self: Any, error_output: Any) -> None:
    self._error = error_output
    _set_error_output(self, error_output)


def _set_if_no_error(self: Any, result: Any) -> None:
    if result is not None and result is vars(self).pop("_error", None):
        self._states_data.pop("result", None)
    else:
        _set_result(self, result)
