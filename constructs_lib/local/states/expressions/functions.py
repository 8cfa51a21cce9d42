"""Gap: an intrinsic function that fails is an error of Python in moto; in AWS it is States.IntrinsicFailure.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

import re
from typing import Any

from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEventException
from moto.stepfunctions.parser.asl.component.common.string.string_expression import StringIntrinsicFunction
from moto.stepfunctions.parser.asl.utils.json_path import NoSuchJsonPathError

from constructs_lib.local.patching import Patch
from constructs_lib.local.states.failures import failure

_CLASS = re.compile(r" for +function type '<class [^>]*>'")


def patches() -> list[Patch]:
    """Name the error."""
    return [Patch(StringIntrinsicFunction, "_eval_body", _call)]


def _call(self: Any, env: Any) -> None:
    try:
        self.function.eval(env=env)
    except (FailureEventException, NoSuchJsonPathError):
        raise
    except Exception as error:
        text = self.intrinsic_function_derivation
        cause = f"The function '{text}' had the following error: {_plain(error)}"
        raise failure(env, "States.IntrinsicFailure", cause) from error


def _plain(error: Exception) -> str:
    """Return moto's text, without what it tells of its classes."""
    if isinstance(error, IndexError):
        return "An argument is missing or out of range."
    return _CLASS.sub("", str(error))
