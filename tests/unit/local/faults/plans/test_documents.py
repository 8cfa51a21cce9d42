"""Plans as JSON files and as options of a command."""

import json
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.local.faults import ExitCode, FaultError, FaultPlan, Hang, Reclaim, ThrottleSubmit
from constructs_lib.local.faults.plans.documents import plan_from_json, plan_from_options, plan_to_json, read_plan

PLAN = FaultPlan([Reclaim(index=[3, 4], after=1.5), ThrottleSubmit(times=None), ExitCode(7)], seed=7)


def written(directory: Path, document: Any, name: str = "plan.json") -> Path:
    path = directory / name
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return path


def test_a_plan_is_read_back_unchanged(tmp_path: Path) -> None:
    assert plan_from_json(plan_to_json(PLAN)) == PLAN
    assert read_plan(written(tmp_path, plan_to_json(PLAN))) == PLAN


def test_the_file_of_the_docs() -> None:
    document = {"seed": 7, "faults": [{"kind": "reclaim", "job": "*", "index": 3, "attempt": 1}]}
    assert plan_from_json(document) == FaultPlan([Reclaim(index=3)], seed=7)
    assert plan_from_json({"faults": []}) == FaultPlan([])


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("{", r"plan\.json: got no JSON \(.*\), expected \{.*\}\. Correct the file\."),
        ([], r"plan\.json: got \[\], expected \{.*\}\. Write an object with a list `faults`\."),
        ({"faults": {}}, r"Write an object with a list `faults`\."),
        ({"faults": [], "seeds": 1}, r"plan\.json: got member 'seeds', expected seed and faults\. Remove it\."),
        ({"faults": [], "seed": "7"}, r'plan\.json: seed: got "7", expected a whole number\.'),
        (
            {"faults": [{"kind": "hang"}, {"kind": "hang", "index": -1}]},
            r"plan\.json: faults\[1\]: hang: index: got -1, expected a number from 0, several",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, document: Any, message: str) -> None:
    with pytest.raises(FaultError, match=message):
        read_plan(written(tmp_path, document))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(FaultError, match=r"nowhere\.json: got No such file or directory, expected a file"):
        read_plan(tmp_path / "nowhere.json")


def test_options_are_faults_and_files_in_order(tmp_path: Path) -> None:
    path = written(tmp_path, plan_to_json(PLAN))
    assert plan_from_options([]) is None
    assert plan_from_options(["hang"]) == FaultPlan([Hang()])
    assert plan_from_options(["hang", f"@{path}"]) == FaultPlan([Hang(), *PLAN.faults], seed=7)
    assert plan_from_options(["hang", f"@{path}"], seed=0) == FaultPlan([Hang(), *PLAN.faults], seed=0)


def test_files_with_different_seeds_need_one(tmp_path: Path) -> None:
    names = [written(tmp_path, {"seed": seed, "faults": [{"kind": "hang"}]}, f"{seed}.json") for seed in (1, 2)]
    options = [f"@{name}" for name in names]
    with pytest.raises(FaultError, match=r"seed: got 1 and 2, of several files, expected one seed\. Give --fault-seed"):
        plan_from_options(options)
    assert plan_from_options(options, seed=3) == FaultPlan([Hang(), Hang()], seed=3)
