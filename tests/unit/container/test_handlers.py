"""Handlers, in worker processes that touch nothing but their environment."""

import json
import sys
from typing import Any

import pytest

from tests.unit.container.conftest import RunWorker, WriteHandler

ITEMS = [
    "é 日本語 🌧",
    'a "quote"',
    "two\nlines",
    "$HOME ${HOME} {% $states %}",
    {"nested": [{"deep": None}]},
    1.5,
    False,
]


@pytest.mark.parametrize("place", range(len(ITEMS)))
def test_item_reaches_the_handler_unchanged(run_worker: RunWorker, place: int) -> None:
    items = json.dumps(ITEMS, ensure_ascii=False)
    done = run_worker("handlers.echo:handler", ITEMS=items, AWS_BATCH_JOB_ARRAY_INDEX=str(place))
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == {"index": place, "item": ITEMS[place]}


def test_context_tells_about_the_job(run_worker: RunWorker, write_handler: WriteHandler) -> None:
    directory = write_handler(
        "def handler(item, context):\n"
        "    return [context.index, context.attempt, context.job_id, context.results_uri, context.stopping]\n"
    )
    first = run_worker("job:handler", cwd=directory, ITEMS="[0]")
    assert json.loads(first.stdout) == [0, 1, None, None, False]
    second = run_worker(
        "job:handler", cwd=directory, ITEMS="[0]", ITEM_INDEX="12", AWS_BATCH_JOB_ATTEMPT="2", AWS_BATCH_JOB_ID="id:0"
    )
    assert json.loads(second.stdout) == [12, 2, "id:0", None, False]


def test_null_is_a_result(run_worker: RunWorker, write_handler: WriteHandler) -> None:
    directory = write_handler("def handler(item, context):\n    print('log')\n")
    done = run_worker("job:handler", cwd=directory, ITEMS="[0]")
    assert (done.returncode, done.stdout) == (0, "log\nnull\n")


def test_handler_may_be_a_method(run_worker: RunWorker, write_handler: WriteHandler) -> None:
    directory = write_handler("class Job:\n    @staticmethod\n    def run(item, context):\n        return item\n")
    assert run_worker("job:Job.run", cwd=directory, ITEMS="[3]").stdout == "3\n"


def test_exception_shows_the_traceback_of_the_handler_alone(run_worker: RunWorker, write_handler: WriteHandler) -> None:
    directory = write_handler("def handler(item, context):\n    return 1 / item\n")
    done = run_worker("job:handler", cwd=directory, ITEMS="[0]")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Traceback (most recent call last):\n")
    assert done.stderr.endswith("ZeroDivisionError: division by zero\n")
    assert done.stderr.count("  File ") == 1
    assert "job.py" in done.stderr


@pytest.mark.parametrize("source", ["import absent_module", "from json import absent", "def broken(:", "1 / 0"])
def test_module_that_fails_to_import_shows_its_traceback(
    run_worker: RunWorker, write_handler: WriteHandler, source: str
) -> None:
    done = run_worker("job:handler", cwd=write_handler(source), ITEMS="[0]")
    assert done.returncode == 1
    assert "job.py" in done.stderr
    assert "worker:" not in done.stderr


def test_handler_with_too_few_parameters_shows_why(run_worker: RunWorker, write_handler: WriteHandler) -> None:
    done = run_worker("job:handler", cwd=write_handler("def handler(item):\n    return item\n"), ITEMS="[0]")
    assert done.returncode == 1
    assert "TypeError: handler() takes 1 positional argument but 2 were given" in done.stderr


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        ("{1, 2}", "Object of type set is not JSON serializable"),
        ("float('nan')", "Out of range float values are not JSON compliant"),
        ("[float('-inf')]", "Out of range float values are not JSON compliant"),
        ("context", "Object of type Context is not JSON serializable"),
    ],
)
def test_result_that_is_not_json_fails(
    run_worker: RunWorker, write_handler: WriteHandler, result: str, reason: str
) -> None:
    directory = write_handler(f"def handler(item, context):\n    return {result}\n")
    done = run_worker("job:handler", cwd=directory, ITEMS="[0]", ITEM_INDEX="4")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"worker: the result of item 4 cannot be written as JSON: {reason}")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(("code", "expected"), [("3", 3), ("'reason'", 1), ("0", 1), ("", 1)])
def test_sys_exit_never_passes_for_a_result(
    run_worker: RunWorker, write_handler: WriteHandler, code: str, expected: int
) -> None:
    directory = write_handler(f"import sys\ndef handler(item, context):\n    sys.exit({code})\n")
    done = run_worker("job:handler", cwd=directory, ITEMS="[0]")
    assert (done.returncode, done.stdout) == (expected, "")


def test_sys_exit_while_importing_does_not_either(run_worker: RunWorker, write_handler: WriteHandler) -> None:
    done = run_worker("job:handler", cwd=write_handler("import sys\nsys.exit()\n"), ITEMS="[0]")
    assert (done.returncode, done.stderr) == (1, "worker: the handler called sys.exit() and returned no result\n")


ONE_LINE: list[tuple[list[str], dict[str, str], str]] = [
    ([], {"ITEMS": "[1]"}, "usage: python -m worker module:function, or python -m worker -- program argument ..."),
    (["--"], {"ITEMS": "[1]"}, "usage: "),
    (["job:handler", "more"], {"ITEMS": "[1]"}, "usage: "),
    (["job"], {"ITEMS": "[1]"}, "a handler is named module:function; got 'job'"),
    (["job:"], {"ITEMS": "[1]"}, "a handler is named module:function; got 'job:'"),
    ([".job:handler"], {"ITEMS": "[1]"}, "a handler is named module:function; got '.job:handler'"),
    (["absent.job:handler"], {"ITEMS": "[1]"}, "handler 'absent.job:handler': there is no module 'absent'"),
    (["job.absent:handler"], {"ITEMS": "[1]"}, "handler 'job.absent:handler': there is no module 'job.absent'"),
    (["job:absent"], {"ITEMS": "[1]"}, "handler 'job:absent': module 'job' has no 'absent'"),
    (["job:number"], {"ITEMS": "[1]"}, "handler 'job:number' is not a function but int"),
    (["job:handler"], {}, "neither ITEMS nor ITEMS_URI is set: this job has no item"),
    (["job:handler"], {"ITEMS": "[1]", "AWS_BATCH_JOB_ARRAY_INDEX": "9"}, "item 9 is out of range: ITEMS has 1 item"),
    (["job:handler"], {"ITEMS": "[1, 2]"}, "ITEMS has 2 items and this job takes one"),
    (["job:handler"], {"ITEMS": "{]"}, "ITEMS is not JSON: "),
    (["job:handler"], {"ITEMS": "7"}, "ITEMS must be a JSON array"),
    (["job:handler"], {"ITEMS": "[1]", "ITEMS_OFFSET": "one"}, "ITEMS_OFFSET must be a whole number, 0 or more"),
    (["job:handler"], {"ITEMS": "[1]", "RESULTS_URI": "a\nb"}, "RESULTS_URI must look like s3://bucket/key"),
    (["--", "./absent"], {"ITEMS": "[1]"}, "the program './absent' cannot be started: No such file or directory"),
]


@pytest.mark.parametrize(("arguments", "variables", "message"), ONE_LINE)
def test_impossible_job_ends_with_one_line(
    run_worker: RunWorker,
    write_handler: WriteHandler,
    arguments: list[str],
    variables: dict[str, Any],
    message: str,
) -> None:
    directory = write_handler("number = 1\ndef handler(item, context):\n    raise AssertionError('was called')\n")
    done = run_worker(*arguments, cwd=directory, **variables)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"worker: {message}")
    assert done.stderr.count("\n") == 1


def test_inline_path_imports_the_standard_library_alone(run_worker: RunWorker, write_handler: WriteHandler) -> None:
    source = "import sys\ndef handler(item, context):\n    return sorted(sys.modules)\n"
    done = run_worker("job:handler", cwd=write_handler(source), ITEMS="[0]", isolated=True)
    imported = set(json.loads(done.stdout))
    packages = {name.partition(".")[0] for name in imported}
    assert packages - sys.stdlib_module_names == {"__main__", "job", "worker"}
    slow = {"argparse", "dataclasses", "inspect", "logging", "pathlib", "subprocess", "threading", "typing"}
    assert imported & slow == set()
