"""Gap: moto runs Lambda functions in Docker; here those in Python run as processes, by the rights of their roles.

Source: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

import base64
import json
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from moto.awslambda.exceptions import LambdaClientError
from moto.awslambda.models import LambdaFunction

from constructs_lib.local.account import Location
from constructs_lib.local.clocks.clock import Clock
from constructs_lib.local.functions import code_sources
from constructs_lib.local.functions.archives import ArchiveError, unpack
from constructs_lib.local.functions.invocation import Answer, Invocation, Invocations
from constructs_lib.local.functions.logs import Logs
from constructs_lib.local.iam.functions import FunctionRights
from constructs_lib.local.metrics.measured.functions import function_ran
from constructs_lib.local.patching import Patch
from constructs_lib.local.paths import below
from constructs_lib.local.supervisor import LostError

_VERSION = "$LATEST"
_CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
_NO_ROLE = "The role defined for the function cannot be assumed by Lambda."
_NOT_PYTHON = (
    "constructs-lib local: function {} has the {}, which is not emulated: it runs functions in Python whose code is "
    "in the template or a ZIP archive"
)


class Functions:
    """The functions of one embedded AWS.

    Args:
        directory: where their logs are.
        environment: variables by which an account and region is reached.
        rights: IAM. None: not enforced.
        clock: tells the time, and stands still while functions run.
        invocations: runs them.
    """

    def __init__(
        self,
        directory: Path,
        environment: Callable[[Location], dict[str, str]],
        rights: FunctionRights | None,
        clock: Clock,
        invocations: Invocations,
    ) -> None:
        self._environment = environment
        self._rights = rights
        self._clock = clock
        self._logs = Logs(directory.absolute() / "functions", rights, clock)
        self._invocations = invocations
        self._unpacking = threading.Lock()

    def patches(self) -> list[Patch]:
        """What lets functions run here."""

        def invoke(function: Any, body: Any, request_headers: Any, response_headers: Any) -> bytes:
            return self._invoke(function, body, request_headers, response_headers)

        return [Patch(LambdaFunction, "invoke", invoke), *code_sources.patches()]

    def close(self) -> None:
        """Remove what invocations have left."""
        self._invocations.close()

    def _invoke(self, function: Any, body: Any, asked: Any, told: dict[str, str]) -> bytes:
        kind = asked.get("X-Amz-Invocation-Type", "RequestResponse")
        if kind == "DryRun":
            return b""
        event = (body.encode() if isinstance(body, str) else body) or b"{}"
        variables = self._variables(function)
        if kind == "Event":
            self._clock.begin()  # a process takes real time
            self._clock.thread(self._run_unasked, function, variables, event, name="lambda").start()
            return b""
        answer, tail = self._run(function, variables, event)
        told["x-amz-executed-version"] = _VERSION
        told["x-amz-log-result"] = base64.b64encode(tail).decode()
        if answer.is_error:
            told["x-amz-function-error"] = "Unhandled"
        return answer.payload.encode()

    def _run_unasked(self, function: Any, variables: dict[str, str], event: bytes) -> None:
        try:
            self._run(function, variables, event)
        finally:
            self._clock.end()

    def _run(self, function: Any, variables: dict[str, str], event: bytes) -> tuple[Answer, bytes]:
        """Run a function; what came of it, and the end of its log."""
        if problem := _problem(function):
            return _failure("Runtime.NotEmulated", problem)
        try:
            code = self._code(function)
        except ArchiveError as error:
            return _failure("InvalidZipFileException", f"Lambda could not unzip the deployment package: {error}")
        except LostError:
            return _failure("Runtime.ExitError", "the embedded AWS ends: it invokes no more functions")
        request_id = str(uuid.uuid4())
        log = self._logs.begin(function, request_id)
        begin = time.monotonic()
        answer = self._invocations.run(
            Invocation(
                request_id,
                function.function_arn,
                float(function.timeout),
                code,
                {**variables, "AWS_LAMBDA_LOG_STREAM_NAME": log.stream},
                event,
                log.path,
            )
        )
        function_ran(function.function_arn, time.monotonic() - begin, is_error=answer.is_error)
        return answer, self._logs.end(log, function, request_id)

    def _variables(self, function: Any) -> dict[str, str]:
        account = self._environment(Location.of(function.function_arn))
        if self._rights is not None:
            session = self._rights.environment(function.role, function.function_arn)
            if session is None:
                raise LambdaClientError("AccessDeniedException", _NO_ROLE)
            account = {name: value for name, value in account.items() if name not in _CREDENTIALS} | session
        return {
            **account,
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.run_time}",
            "AWS_LAMBDA_FUNCTION_NAME": function.function_name,
            "AWS_LAMBDA_FUNCTION_VERSION": _VERSION,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_size),
            "AWS_LAMBDA_LOG_GROUP_NAME": function.logs_group_name,
            "_HANDLER": function.handler or "",
            **{name: str(value) for name, value in function.environment_vars.items()},
        }

    def _code(self, function: Any) -> Path:
        directory = below(self._invocations.directory / "code", function.code_digest.removeprefix("sha256:"))
        with self._unpacking:
            if not directory.exists():
                unpack(function.code_bytes, directory)
        return directory


def _failure(kind: str, message: str) -> tuple[Answer, bytes]:
    return Answer(json.dumps({"errorType": kind, "errorMessage": message}), is_error=True), message.encode()


def _problem(function: Any) -> str | None:
    if function.package_type == "Image":
        return _NOT_PYTHON.format(function.function_name, "package type Image")
    if not str(function.run_time).startswith("python"):
        return _NOT_PYTHON.format(function.function_name, f"runtime {function.run_time}")
    return None
