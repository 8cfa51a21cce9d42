"""The state machines of docs/pipelines.md, as they stand there, in one embedded AWS."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.local.faults import ExitCode, FaultPlan
from constructs_lib.local.runs.outcome import Outcome
from constructs_lib.testing.local_aws import DeployedStack, LocalAws
from tests.docs.pages import ROOT, Page

pytestmark = pytest.mark.local

PLACES = ("north", "south", "west")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The names that the blocks of the page define."""
    found = Page(ROOT / "docs" / "pipelines.md")
    names: dict[str, Any] = {"__name__": "__docs__"}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(found.write_files(tmp_path_factory.mktemp("page")))
        for block in found.blocks("python"):
            if not block.title:
                exec(compile("\n" * block.line + block.text, found.path, "exec"), names)  # noqa: S102 - our own page
    return names


@pytest.fixture(scope="module")
def stack(local_aws: LocalAws, page: dict[str, Any]) -> DeployedStack:
    return local_aws.deploy(page["stack"])


Run = Callable[[str, Any], Outcome]


@pytest.fixture
def run(stack: DeployedStack, local_aws: LocalAws) -> Run:
    """Run a state machine to its end, and see that nothing was denied."""

    def run_(machine: str, given: Any) -> Outcome:
        before = len(local_aws.denials)
        outcome = stack.run(given, state_machine=machine)
        assert outcome.succeeded, (outcome.error, outcome.cause)
        assert local_aws.denials[before:] == []
        return outcome

    return run_


def test_a_job_makes_the_list_and_another_one_totals_the_results(run: Run) -> None:
    outcome = run("DayMachine", {"day": "monday"})
    plan, *measured, total = outcome.jobs
    assert outcome.results == {index: len(f'{{"name": "monday-{name}"}}') for index, name in enumerate(PLACES)}
    assert (plan.index, [job.status for job in measured]) == (0, ["SUCCEEDED"] * 3)
    assert int(total.text) == sum(outcome.results.values())


def test_each_machine_runs_by_the_command_of_the_page(page: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.png").write_bytes(b"a")
    assembly = page["stack"].node.root.synth().directory
    program = [str(Path(sys.executable).parent / "constructs-lib"), "local", "run", "Shapes", "--assembly", assembly]
    for given, *options in (
        ('{"day": "monday"}', "--state-machine", "DayMachine", "--input", "-"),
        ("", "--state-machine", "ScansMachine", "--put", "pictures=Bucket/scans"),
    ):
        argv = [*program, *options, "--output", str(tmp_path / "out"), "--json"]
        process = subprocess.run(argv, input=given, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert process.returncode == 0, process.stderr
    assert json.loads(process.stdout)["output"]["succeeded"] == 1


def test_the_second_fan_out_takes_what_the_first_could_do(run: Run, local_aws: LocalAws) -> None:
    with local_aws.failing(FaultPlan([ExitCode(1, job="First-*", index=1)])):
        outcome = run("SequenceMachine", {"items": ["a", "bb", "ccc"]})
    assert (outcome.output["total"], outcome.output["succeeded"]) == (2, 2)
    assert outcome.results == {0: len('"a"'), 1: len('"ccc"')}
    assert list(outcome.results_by_uri.values()) == [{0: len('"a"'), 2: len('"ccc"')}, outcome.results]


def test_each_object_of_a_bucket_is_an_item(run: Run, stack: DeployedStack, local_aws: LocalAws) -> None:
    for key in ("scans/a", "scans/b", "other"):
        local_aws.client("s3").put_object(Bucket=stack.physical_id("Bucket"), Key=key, Body=b"")
    assert run("ScansMachine", {}).output["succeeded"] == 2


def test_each_group_is_a_fan_out(run: Run) -> None:
    regions = [{"tiles": [1, 22]}, {"tiles": []}, {"tiles": [333]}]
    outcome = run("RegionsMachine", {"regions": regions})
    assert [summary["succeeded"] for summary in outcome.output] == [2, 0, 1]
    assert list(outcome.results_by_uri.values()) == [{0: 1, 1: 2}, {0: 3}]
    assert outcome.results == {0: 3}, "those of the last fan-out"


def test_each_item_goes_through_its_stages(run: Run) -> None:
    outcome = run("TextsMachine", {"items": ["to be or not", 7, "to be"]})
    assert outcome.results == {0: 4, 2: 2}
    assert (outcome.output["failedStages"], len(outcome.output["jobIds"])) == ({"split": [1]}, 2)


def test_parameters_and_variables_are_made_of_the_item(run: Run) -> None:
    pictures = [{"name": "a.png", "width": 64, "format": "webp"}, {"name": "b c.png", "width": 8, "format": "gif"}]
    outcome = run("PicturesMachine", {"items": pictures})
    assert sorted(job.text for job in outcome.jobs) == ["a.png 64 as WEBP\n", "b c.png 8 as GIF\n"]


def test_jobs_wait_for_jobs_without_a_state_machine(
    run: Run, page: dict[str, Any], stack: DeployedStack, local_aws: LocalAws
) -> None:
    batch, where = local_aws.client("batch"), (stack.outputs["QueueArn"], stack.outputs["MeasureArn"])
    one, two, last = page["submit_chain"](batch, *where, ["a", "b"])
    outcome = run("AfterMachine", {"jobId": last})
    assert [job.status for job in outcome.jobs] == ["SUCCEEDED"]
    described = {job["jobId"]: job for job in batch.describe_jobs(jobs=[f"{one}:1", f"{two}:1", last])["jobs"]}
    assert described[f"{one}:1"]["stoppedAt"] <= described[f"{two}:1"]["startedAt"]
    assert described[f"{two}:1"]["stoppedAt"] <= described[last]["startedAt"]


def test_tasks_and_functions_take_the_same_items(run: Run) -> None:
    tasks = run("TasksMachine", {"items": ["a", "b"], "size": "large"})
    assert tasks.results == {0: "0: a large", 1: "1: b large"}
    calls = run("ChecksMachine", {"items": ["abc", "def"]})
    assert {**calls.output, "jobIds": []} == {
        "total": 2,
        "succeeded": 2,
        "failed": 0,
        "failedIndexes": [],
        "jobIds": [],
    }
