"""An item whose result is in S3 is not worked on again, if the job is told to look."""

import pytest

from tests.unit.container.conftest import BUCKET, Objects, RunWorker

PROGRAM = ("--", "sh", "-c", "echo '\"new\"'")


def test_a_finished_item_is_skipped(run_worker: RunWorker, aws: dict[str, str], objects: Objects) -> None:
    objects.put("finished/1.json", '"old"')
    variables = {"ITEMS": "[1]", "ITEM_INDEX": "1", "RESULTS_URI": f"s3://{BUCKET}/finished", **aws}

    done = run_worker(*PROGRAM, SKIP_FINISHED="true", **variables)

    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "worker: item 1 is finished: its result is in S3\n"
    assert objects.json("finished/1.json") == "old"
    assert run_worker(*PROGRAM, SKIP_FINISHED="false", **variables).returncode == 0
    assert objects.json("finished/1.json") == "new"


def test_others_are_not(run_worker: RunWorker, aws: dict[str, str], objects: Objects) -> None:
    objects.put("others/1.json.part", "")
    objects.put("others/11.json", '"old"')
    variables = {"ITEMS": "[1]", "ITEM_INDEX": "1", "RESULTS_URI": f"s3://{BUCKET}/others", **aws}

    done = run_worker(*PROGRAM, SKIP_FINISHED="true", **variables)

    assert (done.returncode, done.stderr) == (0, "")
    assert objects.json("others/1.json") == "new"


def test_without_a_place_for_results_there_is_nothing_to_look_at(run_worker: RunWorker) -> None:
    assert run_worker(*PROGRAM, ITEMS="[1]", SKIP_FINISHED="true").stdout == '"new"\n'


@pytest.mark.parametrize(
    ("value", "results", "reason"),
    [
        ("yes", f"s3://{BUCKET}/results", "SKIP_FINISHED must be true or false; it is 'yes'"),
        (
            "true",
            "s3://absent-bucket/results",
            "SKIP_FINISHED: whether item 0 is finished cannot be told: s3://absent-",
        ),
    ],
)
def test_what_cannot_be_told_is_an_error(
    run_worker: RunWorker, aws: dict[str, str], value: str, results: str, reason: str
) -> None:
    done = run_worker(*PROGRAM, ITEMS="[1]", SKIP_FINISHED=value, RESULTS_URI=results, **aws)
    assert done.returncode == 2
    assert done.stderr.startswith(f"worker: {reason}")
    assert done.stderr.count("\n") == 1
