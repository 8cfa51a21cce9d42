"""The program in the process of a function: imports its handler, calls it once and writes what it answers.

It runs by itself, with the standard library alone. Errors have the names and forms of AWS's runtime for Python.
Source: https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html
"""

import importlib
import json
import logging
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any


class _RuntimeError(Exception):
    """Something that is the runtime's to tell, such as a handler that is not there."""

    def __init__(self, error_type: str, message: str) -> None:
        super().__init__(message)
        self.error_type = error_type


class Context:
    """The second argument of a handler.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/python-context.html
    """

    identity = None
    client_context = None

    def __init__(self, request_id: str, arn: str, seconds: float) -> None:
        self.aws_request_id = request_id
        self.invoked_function_arn = arn
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self._end = time.monotonic() + seconds

    def get_remaining_time_in_millis(self) -> int:
        """How long the handler may still take."""
        return max(0, int((self._end - time.monotonic()) * 1000))


def main(request_id: str, arn: str, seconds: float, answer: Path) -> None:
    """Answer the event on standard input.

    Args:
        request_id: the invocation's.
        arn: the function's.
        seconds: how long the handler may take; importing its module is not counted.
        answer: the file for the answer: whether it is an error in the first line, the JSON text in the others.
    """
    event = json.load(sys.stdin)
    _log_as_lambda(request_id)
    try:
        handler = _handler(os.environ["_HANDLER"])
        threading.Thread(target=_expire, args=[request_id, seconds, answer], daemon=True).start()
        text = _marshalled(handler(event, Context(request_id, arn, seconds)))
    except _RuntimeError as error:
        _fail(answer, error.error_type, str(error), request_id, [])
    except Exception as error:  # noqa: BLE001 - whatever a function raises is its answer
        _fail(answer, type(error).__name__, str(error), request_id, _stack(error))
    else:
        _answer(answer, "ok", text)


def _handler(name: str) -> Callable[[Any, Context], Any]:
    module_name, dot, function = name.rpartition(".")
    if not dot:
        message = f"Bad handler '{name}': not enough values to unpack (expected 2, got 1)"
        raise _RuntimeError("Runtime.MalformedHandlerName", message)
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        message = f"Unable to import module '{module_name}': {error}"
        raise _RuntimeError("Runtime.ImportModuleError", message) from error
    except SyntaxError as error:
        message = f"Syntax error in module '{module_name}': {error}"
        raise _RuntimeError("Runtime.UserCodeSyntaxError", message) from error
    try:
        found: Callable[[Any, Context], Any] = getattr(module, function)
    except AttributeError as error:
        message = f"Handler '{function}' missing on module '{module_name}'"
        raise _RuntimeError("Runtime.HandlerNotFound", message) from error
    return found


def _stack(error: Exception) -> list[str]:
    """Return the frames as Lambda shows them, where the code of a function is in /var/task."""
    frames = traceback.format_list(traceback.extract_tb(error.__traceback__)[1:])
    return [frame.replace(f'File "{os.environ["LAMBDA_TASK_ROOT"]}/', 'File "/var/task/') for frame in frames]


def _marshalled(result: Any) -> str:
    if isinstance(result, bytes):
        return result.decode(errors="replace")  # is the answer as it is
    try:
        return json.dumps(result, ensure_ascii=False)
    except (TypeError, ValueError) as error:
        raise _RuntimeError("Runtime.MarshalError", f"Unable to marshal response: {error}") from error


def _expire(request_id: str, seconds: float, answer: Path) -> None:
    time.sleep(seconds)
    message = f"RequestId: {request_id} Error: Task timed out after {seconds:.2f} seconds"
    _answer(answer, "error", json.dumps({"errorType": "Sandbox.Timedout", "errorMessage": message}))
    os._exit(1)


def _fail(answer: Path, error_type: str, message: str, request_id: str, stack: list[str]) -> None:
    sys.stderr.write(f"[ERROR] {error_type}: {message}\n{'Traceback (most recent call last):' if stack else ''}\n")
    sys.stderr.writelines(stack)
    told = {"errorMessage": message, "errorType": error_type, "requestId": request_id, "stackTrace": stack}
    _answer(answer, "error", json.dumps(told, ensure_ascii=False))


def _answer(answer: Path, kind: str, text: str) -> None:
    part = answer.with_name(f"{answer.name}.{kind}")
    part.write_text(f"{kind}\n{text}", encoding="utf-8")
    part.replace(answer)  # whoever reads it reads all of it


def _log_as_lambda(request_id: str) -> None:
    """Log records look as in Lambda; the root logger's level is WARNING there, too."""
    handler = logging.StreamHandler(sys.stdout)
    form = f"[%(levelname)s]\t%(asctime)s.%(msecs)dZ\t{request_id}\t%(message)s"
    formatter = logging.Formatter(form, "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    logging.getLogger().addHandler(handler)


if __name__ == "__main__":
    sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]), Path(sys.argv[4]))
