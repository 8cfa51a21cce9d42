"""One job, from its environment to its exit code."""

import os
import sys
import time
from collections.abc import Callable
from types import TracebackType

from worker import s3
from worker.context import Context
from worker.contract import Contract
from worker.errors import ContractError, WorkerError
from worker.items import find_item
from worker.loading import load_handler
from worker.results import is_finished, write_result
from worker.stopping import Stop, Stopped

_USAGE = "usage: python -m worker module:function, or python -m worker -- program argument ..."
_EXIT_FAILED = 1

Work = Callable[[object, Context], object]


def main(arguments: list[str]) -> int:
    """Run one job and return its exit code; see the package's docstring.

    Args:
        arguments: ``["module:function"]`` or ``["--", program, argument, ...]``.
    """
    stop = Stop()
    stop.listen()
    try:
        _run(arguments, stop)
    except WorkerError as error:
        return _say(str(error), error.exit_code)
    except SystemExit as error:
        if error.code:  # the handler's choice, a program's exit code, or Stopped
            raise
        return _say("the handler called sys.exit() and returned no result", _EXIT_FAILED)
    except Exception as error:  # noqa: BLE001 - the handler's: shown as Python shows it, from the handler's frame on
        sys.excepthook(type(error), _trimmed(error), error.__traceback__)
        return _EXIT_FAILED
    return 0


def _run(arguments: list[str], stop: Stop) -> None:
    began = time.time()
    contract = Contract(os.environ)
    work = _work(arguments)
    index, item = find_item(contract, s3.read)
    if contract.skip_finished and is_finished(index, contract.results_uri, s3.exists):
        print(f"worker: item {index} is finished: its result is in S3", file=sys.stderr)
        return
    context = Context(
        index=index,
        attempt=contract.attempt,
        job_id=contract.job_id,
        results_uri=contract.results_uri,
        previous_results_uri=contract.previous_results_uri,
        stop=stop,
    )
    result = work(item, context)
    if stop.arrived:  # the handler caught Stopped and returned all the same: this may be half a result
        raise Stopped
    stop.ignore()
    if not write_result(result, index, contract.results_uri, lambda uri, text: s3.write_once(uri, text, began)):
        # Not a failure: the item has its result.
        print(f"worker: item {index}: another attempt wrote its result first: that one stays", file=sys.stderr)


def _work(arguments: list[str]) -> Work:
    match arguments:
        case ["--", _, *_]:
            from worker.command import run_command  # noqa: PLC0415 - subprocess is not small

            return lambda item, context: run_command(arguments[1:], item, context)
        case [target] if target != "--":
            return load_handler(target)
        case _:
            raise ContractError(_USAGE)


def _say(message: str, exit_code: int) -> int:
    print("worker:", *message.split(), file=sys.stderr)  # one line, whatever the message quotes
    return exit_code


def _trimmed(error: Exception) -> Exception:
    """The error without the worker's own frames, unless there are no others."""
    trace: TracebackType | None = error.__traceback__
    while trace and trace.tb_frame.f_globals.get("__name__") in {"worker.main", "worker.loading"}:
        trace = trace.tb_next
    return error.with_traceback(trace) if trace else error
