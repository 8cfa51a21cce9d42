"""Programs that are not Python, run by the worker."""

import json

import pytest

from tests.unit.container.conftest import RunWorker


def shell(run_worker: RunWorker, script: str, item: object = None, **variables: str) -> tuple[int, str, str]:
    done = run_worker("--", "sh", "-c", script, ITEMS=json.dumps([item]), **variables)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("item", [{"a": ["é", '"', "\n", "$x"]}, "text", None, 3])
def test_item_comes_on_standard_input(run_worker: RunWorker, item: object) -> None:
    code, output, errors = shell(run_worker, "cat", item)
    assert (code, json.loads(output), errors) == (0, item, "")


def test_item_and_index_come_in_variables(run_worker: RunWorker) -> None:
    script = """printf '{"item": %s, "index": %s}' "$ITEM" "$ITEM_INDEX" """
    code, output, _ = shell(run_worker, script, {"a": "é $x"}, ITEM_INDEX="8")
    assert (code, json.loads(output)) == (0, {"item": {"a": "é $x"}, "index": 8})


def test_index_that_was_derived_comes_too(run_worker: RunWorker) -> None:
    done = run_worker("--", "sh", "-c", "echo $ITEM_INDEX", ITEMS="[1, 2, 3]", AWS_BATCH_JOB_ARRAY_INDEX="2")
    assert done.stdout == "2\n"


@pytest.mark.parametrize(
    ("script", "result"),
    [
        ("echo '{\"a\": 1}'", {"a": 1}),
        ("echo hello", "hello"),
        ("printf 'two\\nlines\\n\\n'", "two\nlines"),
        ("echo NaN", "NaN"),
        ("true", ""),
        ("echo null", None),
    ],
)
def test_output_is_the_result(run_worker: RunWorker, script: str, result: object) -> None:
    code, output, _ = shell(run_worker, script)
    assert (code, json.loads(output)) == (0, result)


def test_arguments_are_passed_as_they_are(run_worker: RunWorker) -> None:
    done = run_worker("--", "printf", "[%s]", "a b", "$HOME", "--", "*", ITEMS="[1]")
    assert json.loads(done.stdout) == "[a b][$HOME][--][*]"


def test_failure_passes_exit_code_and_output_on(run_worker: RunWorker) -> None:
    assert shell(run_worker, "echo said; echo why >&2; exit 7") == (7, "said\n", "why\n")


def test_death_by_a_signal_is_told_as_a_shell_does(run_worker: RunWorker) -> None:
    assert shell(run_worker, "kill -KILL $$")[0] == 137


def test_output_that_is_not_text_fails(run_worker: RunWorker) -> None:
    code, output, errors = shell(run_worker, r"printf '\377'")
    assert (code, output) == (1, "")
    assert errors.startswith("worker: the program's output is neither JSON nor UTF-8 text: ")


def test_program_need_not_read_its_input(run_worker: RunWorker) -> None:
    assert shell(run_worker, "exec 0<&-; echo done", "x" * 100_000)[:2] == (0, '"done"\n')
