"""New projects: their names, their files, and what is never written over."""

import ast
import json
import subprocess
import sys
import tomllib
from itertools import product
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from constructs_lib.init.choices import Capacity, Choices, Kind
from constructs_lib.init.command import init
from constructs_lib.init.rendering import project_files
from constructs_lib.init.writing import ExistingFilesError, write

ROOT = Path(__file__).parents[3]
VPC = "vpc-0123456789abcdef0"
EVERY = [
    Choices("my-pipeline", *chosen)
    for chosen in product(Kind, Capacity, [None, VPC])
    if chosen[:2] != (Kind.GPU, Capacity.FARGATE)
]


def called(*arguments: str, answers: str = "") -> Result:
    return CliRunner().invoke(init, [*arguments, "--no-snapshot"], input=answers)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("name", "stack", "module"),
    [
        ("my-pipeline", "MyPipeline", "my_pipeline"),
        ("tiles", "Tiles", "tiles"),
        ("DailyETL_v2", "DailyETLV2", "dailyetl_v2"),
        ("class", "Class", "class"),
        ("a1-2b", "A12b", "a1_2b"),
    ],
)
def test_a_name_is_that_of_the_stack_and_of_the_modules(name: str, stack: str, module: str) -> None:
    choices = Choices(name)
    assert (choices.stack, choices.module) == (stack, module)


@pytest.mark.parametrize("name", ["", "2nd", "-x", "x-", "a--b", "a b", "../up", "ä", "a.b", "a" * 101, "a\n"])
def test_what_no_name_can_be_made_of_is_refused_with_an_example(name: str) -> None:
    with pytest.raises(ValueError, match="such as my-pipeline"):
        Choices(name)


@pytest.mark.parametrize("vpc", ["vpc-1", "my-vpc", "subnet-0123456789abcdef0", "vpc-0123456789ABCDEF0", f"{VPC}\n"])
def test_what_is_no_id_of_a_vpc_is_refused(vpc: str) -> None:
    with pytest.raises(ValueError, match="no id of a VPC"):
        Choices("x", vpc_id=vpc)


@pytest.mark.parametrize("choices", EVERY, ids=str)
def test_the_files_of_every_project_are_what_their_names_say(choices: Choices) -> None:
    for path, text in project_files(choices).items():
        assert text.endswith("\n"), path
        assert "{{" not in text.replace("${{", ""), path  # but for what GitHub puts in
        assert "{%" not in text, path
        match path.suffix:
            case ".py":
                ast.parse(text)
            case ".json":
                json.loads(text)
            case ".toml":
                assert tomllib.loads(text)["project"]["name"] == choices.name
            case ".yml":
                assert list(yaml.safe_load(text)["jobs"]) == [path.stem]


def test_its_workflows_test_check_and_review() -> None:
    files = project_files(Choices("x"))
    steps = {
        path.stem: yaml.safe_load(files[path])["jobs"][path.stem]["steps"] for path in files if path.suffix == ".yml"
    }
    assert [step["run"] for step in steps["tests"] if "run" in step] == [
        "pip install -e .",
        "pytest",
        "constructs-lib check --format github",
    ]
    assert files[Path(".github/workflows/review.yml")] == (ROOT / "docs/examples/review_pull_requests.yml").read_text()
    pythons = {step["with"]["python-version"] for job in steps.values() for step in job if "setup-python" in str(step)}
    assert len(pythons) == 1


def test_every_project_is_formatted_and_typed(tmp_path: Path) -> None:
    for number, choices in enumerate(EVERY):
        write(tmp_path / f"project{number}", project_files(choices))
    ruff = str(Path(sys.executable).parent / "ruff")
    rules = ["--isolated", "--line-length", "120", "--no-cache", "--config", "src = ['project*']"]
    for arguments in (
        ["check", *rules, "--select", "E,F,I,UP,B,ANN,D100,D101,RUF", "--ignore", "ANN401"],
        ["format", "--check", *rules],
    ):
        process = subprocess.run([ruff, *arguments, "."], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert process.returncode == 0, process.stdout


def test_the_feature_flags_are_those_of_this_repository() -> None:
    own = json.loads((ROOT / "cdk.json").read_text())["context"]
    own.pop("constructs-lib")
    assert json.loads(project_files(Choices("x"))[Path("cdk.json")])["context"] == own


def test_everything_of_the_templates_is_used() -> None:
    import constructs_lib.init.rendering as module  # noqa: PLC0415 - its private table is what is asked

    found = {path.name for path in (Path(module.__file__).parent / "templates").iterdir()}
    assert found == {f"{name}.jinja" for name in module._templates(Choices("x")).values()}


def test_it_asks_for_what_was_not_given_and_writes_into_a_new_directory() -> None:
    result = called(answers="tiles\nstages\nec2\nexisting\nvpc-0123456789abcdef0\n")
    assert result.exit_code == 0, result.output
    stack = Path("tiles/tiles_stack.py").read_text()
    assert "ArrayPipeline(" in stack
    assert "Ec2ComputeEnvironment(" in stack
    assert f'vpc_id="{VPC}"' in stack
    assert "cd tiles\n  pytest\n  constructs-lib local run --items items.json" in result.stdout


def test_gpus_are_on_ec2_without_a_question() -> None:
    assert called("frames", "--kind", "gpu", "--vpc", "new").exit_code == 0
    stack = Path("frames/frames_stack.py").read_text()
    assert 'instance_types=["g6", "g5"]' in stack
    assert "gpus=1" in stack
    assert "Running On-Demand G and VT instances" in Path("frames/README.md").read_text()


def test_with_yes_it_asks_nothing_and_takes_the_defaults() -> None:
    assert called("tiles", "--yes").exit_code == 0
    stack = Path("tiles/tiles_stack.py").read_text()
    assert "ArrayFanOut(" in stack
    assert "FargateComputeEnvironment(" in stack
    assert "BatchNetwork(" in stack


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--yes"], "give NAME"),
        (["tiles", "--yes", "--vpc", "existing"], "give --vpc-id"),
        (["tiles", "--yes", "--vpc", "new", "--vpc-id", VPC], "leave out --vpc new"),
        (["tiles", "--yes", "--vpc-id", "mine"], "no id of a VPC"),
        (["a/b", "--yes"], "no name of a project"),
        (["tiles", "--yes", "--kind", "gpu", "--on", "fargate"], "Fargate has no GPUs: run this kind on ec2"),
        (["tiles", "--yes", "--kind", "loop"], "'loop' is not one of"),
    ],
)
def test_wrong_usage_writes_nothing(arguments: list[str], told: str) -> None:
    result = called(*arguments)
    assert result.exit_code == 2
    assert told in result.stderr
    assert list(Path().iterdir()) == []


def test_a_file_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    own = tmp_path / "tiles" / "job" / "texts.py"
    own.parent.mkdir(parents=True)
    own.write_text("mine")
    (tmp_path / "tiles" / "app.py").symlink_to("nowhere.py")
    result = called("tiles", "--yes")
    assert result.exit_code == 2
    assert "tiles has files of these names already: app.py, job/texts.py. Nothing was written" in result.stderr
    assert own.read_text() == "mine"
    assert sorted(path.name for path in (tmp_path / "tiles").iterdir()) == ["app.py", "job"]


def test_a_directory_with_other_files_is_good_enough(tmp_path: Path) -> None:
    (tmp_path / "tiles" / ".git").mkdir(parents=True)
    assert called("tiles", "--yes").exit_code == 0


def test_a_file_in_the_place_of_the_directory_is_told(tmp_path: Path) -> None:
    (tmp_path / "tiles").write_text("mine")
    result = called("tiles", "--yes")
    assert result.exit_code == 2
    assert "choose another name" in result.stderr


def test_what_appears_meanwhile_is_not_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_text("mine")
    monkeypatch.setattr(Path, "exists", lambda _: False)
    with pytest.raises(FileExistsError):
        write(tmp_path, {Path("a"): "theirs"})
    assert (tmp_path / "a").read_text() == "mine"


def test_existing_files_are_named_all_at_once(tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / name).touch()
    with pytest.raises(ExistingFilesError, match="already: a, b"):
        write(tmp_path, {Path("b"): "", Path("a"): "", Path("c"): ""})
