"""README and docs do what they say: code runs, commands work, JSON is JSON, links lead somewhere.

The Python blocks of a page share their names. They run in an empty directory, where nothing of this repository but the
library can be imported. A block with a `title` is a file of that directory; the commands of such a page run there,
those of any other page in a project as `constructs-lib init` writes it: with the wheel alone.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from aws_cdk import App
from constructs import Construct

from tests.docs.pages import OPERATED, PAGES, PROVOKED, ROOT, STARTED, Page
from tests.docs.pytest_of_pages import PytestOfPages

# Commands that are not run here, and why.
ELSEWHERE = {
    "pip install 'constructs-lib[all]'": "installed by the Makefile",
    "constructs-lib init my-pipeline": "test_getting_started.py runs these on the page that explains them",
    "cd my-pipeline": "as above",
    "constructs-lib local run --items items.json": "as above",
    "make demo": "test_examples.py runs what it runs",
    "make test": "this is what runs now",
    "make parity": "needs an AWS account: tests/parity plays its scenarios in the embedded AWS",
    'make parity PARITY="--endpoint http://127.0.0.1:4566"': "as above",
    'make parity PARITY="--profile sandbox --region eu-west-1 --budget 0.50 --record recording.json"': "as above",
    'make parity PARITY="--against recording.json"': "as above",
    "npx aws-cdk@2 deploy ArrayStack": "needs an AWS account",
    "pip install 'constructs-lib[local,testing]'": "installed by the Makefile",
    "pip install 'constructs-lib[testing]'": "installed by the Makefile",
    "git add __snapshots__": "changes nothing that a test could see",
    "constructs-lib local up --port 4566": "serves until it is told to stop: tests/local/test_up.py",
    "constructs-lib local up --port 4567 --account 345678901234 --region eu-west-1": (
        "serves until it is told to stop: tests/local/test_accounts_of_commands.py"
    ),
    "constructs-lib local deploy MyPipeline": "needs a running instance: tests/local/test_instance_commands.py",
    """echo '[1, 2]' | constructs-lib local run MyPipeline --items - --endpoint http://127.0.0.1:4566""": "as above",
    "constructs-lib local ps": "as above",
    "constructs-lib local submit MyPipeline Job --array 2 --env 'ITEMS=[1, 2]' --wait": "as above",
    """echo '{"day": "monday"}' | constructs-lib local run Shapes --state-machine DayMachine --input -""": (
        "tests/local/test_pipelines.py runs each machine of the page"
    ),
    "constructs-lib local run Shapes --state-machine ScansMachine --put pictures=Bucket/scans": "as above",
    "constructs-lib local run --items items.json --runner container": (
        "needs a container engine: tests/local/test_containers.py"
    ),
    "constructs-lib local logs MyPipeline": "as above",
    "constructs-lib local logs --failed": "as above",
    "constructs-lib local advance 30d": "tests/local/test_advance_command.py",
    "constructs-lib local down": "as above",
    "python3 -m venv .venv": "the tests have one",
    ". .venv/bin/activate": "as above",
    "constructs-lib plan Sales --items 200 --seconds-per-item 60": "README.md plans a pipeline, which takes seconds",
    "npx aws-cdk@2 synth --quiet": "needs a network: tests/local/test_cdk_cli.py",
    "npx aws-cdk@2 bootstrap": "needs an AWS account",
    (
        "npx aws-cdk@2 bootstrap aws://777788889999/us-east-1 --trust 111122223333 "
        "--cloudformation-execution-policies arn:aws:iam::aws:policy/AdministratorAccess"
    ): "as above",
    "npx aws-cdk@2 deploy Sales": "as above",
    "npx aws-cdk@2 destroy Sales": "as above",
    "constructs-lib doctor": "needs an account: tests/local/test_operating.py",
    """echo '["north.csv"]' | constructs-lib run Sales --items -""": "needs an account: tests/local/test_following.py",
    "constructs-lib results Sales": "as above",
    "constructs-lib check": "tests/unit/checks runs it",
    "constructs-lib check network.yaml batch.yaml": "as above",
    "constructs-lib check cdk.out --format sarif > findings.sarif": "as above",
    "pip install 'constructs-lib[local]'": "installed by the Makefile",
    "cfn-lint --append-rules constructs_lib.checks.cfn_lint -- batch.yaml": "tests/unit/checks runs it",
    "cfn-lint --append-rules constructs_lib.checks.cfn_lint --include-checks I9 -- cdk.out/*.template.json": "as above",
    "constructs-lib graph MyPipeline": "tests/unit/graph runs it",
    "constructs-lib review cdk.out.main cdk.out --format markdown": "tests/unit/review/test_command.py",
    "constructs-lib review --base origin/main": "tests/unit/review/test_revisions.py",
    "constructs-lib why 0fd1ec2c-8a8f-4a3b-b8ba-3b43dbd1ad11": "needs an account: tests/local/test_why.py",
    "constructs-lib why Nightly": "as above",
    "constructs-lib why Nightly/SpotQueue --json": "as above",
    "constructs-lib cost arn:aws:states:eu-west-1:111122223333:execution:Nightly:monday": "tests/local/test_cost.py",
    "constructs-lib run Thumbnails --items items.json": "needs an account: tests/local/test_following.py",
    "constructs-lib run Orders --items s3://my-bucket/orders/monday.jsonl": "as above",
    "constructs-lib logs Thumbnails --failed": "as above",
    "constructs-lib logs Thumbnails:monday --index 17": "as above",
    "constructs-lib logs 8e5b2f0e-6a6b-4b5e-9c1d-2f7a1d3e4c5b --follow": "as above",
    "constructs-lib results Thumbnails": "as above",
    "constructs-lib results Thumbnails --table": "as above",
    "constructs-lib results Thumbnails --output results": "as above",
    "constructs-lib history Thumbnails": "as above",
    "constructs-lib history Thumbnails --report report.html": "as above",
    "constructs-lib rerun arn:aws:states:eu-west-1:111122223333:execution:Tiles:monday": "tests/local/test_rerun.py",
}
BY_CLIENTS = {
    "constructs-lib-docker build --tag snakemake/s3:1 image",
    "constructs-lib-docker push snakemake/s3:1",
    (
        "snakemake --executor aws-batch --aws-batch-region us-east-1 --aws-batch-job-queue QUEUE "
        "--aws-batch-job-role ROLE --container-image snakemake/s3:1 --default-storage-provider s3 "
        "--default-storage-prefix s3://BUCKET/work --jobs 3"
    ),
    "python squares.py run --with batch",
    "python squares.py step-functions create",
    "python squares.py step-functions trigger",
    "redun run workflow.py main",
    "airflow dags test squares",
    "sam deploy --stack-name sam-app --s3-bucket BUCKET --capabilities CAPABILITY_IAM",
    "npx aws-cdk@2.1148.1 deploy Squares --require-approval never",
}
"""Commands of programs that are not installed here: `make clients` runs them."""
RUN = {
    """echo '["a.png", "b.png"]' | constructs-lib local run --app "python3 app.py" --items -""",
    "constructs-lib local run --items items.json --fault pull-failure:index=1",
    "constructs-lib local faults",
    "constructs-lib plan MyPipeline --items 10000 --seconds-per-item 90",
    "constructs-lib worker --copy resize",
    "pytest --snapshot-update",
    "pytest",
    "pytest test_pipeline.py",
    "pytest test_nightly.py",
    "pytest test_watched.py",
    "python count.py",
}
IN_A_CLONE = {"python3 -m docs.examples.resource_shortage build/shortage.svg"}
"""Commands of pages that say that they are about this repository."""
CLONED = ("docs/emulators.md",)
"""Pages whose Python is about the programs of this repository, and which say so."""
OF_THE_REPOSITORY = {"benchmarks", "container", "docs", "handlers", "stacks", "tests", "weather", "worker"}
"""What can be imported at its top, and is not installed anywhere."""


@pytest.fixture(scope="module")
def pytest_of_pages(installed: Path) -> Iterator[PytestOfPages]:
    with PytestOfPages(installed / "python") as made:
        yield made


@pytest.fixture(scope="module")
def project(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a reader of docs/getting-started.md has."""
    directory = tmp_path_factory.mktemp("elsewhere")
    run("constructs-lib init my-pipeline --yes --no-snapshot", directory, installed)
    return directory / "my-pipeline"


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory, in which this process works without what stands at the top of the repository."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [name for name in sys.path if Path(name) not in (ROOT, ROOT / "container")])
    for name in [name for name in sys.modules if name.partition(".")[0] in OF_THE_REPOSITORY]:
        monkeypatch.delitem(sys.modules, name)
    return tmp_path


pages = pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
run_here = [page for page in PAGES if page.name not in (*OPERATED, *PROVOKED, *STARTED)]
pages_run_here = pytest.mark.parametrize("page", run_here, ids=[page.name for page in run_here])


@pages_run_here
def test_python_blocks_run(page: Page, elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page.write_files(elsewhere)
    if page.name in CLONED:
        assert "In a clone of this repository" in page.path.read_text()
        monkeypatch.setattr(sys, "path", [str(ROOT), *sys.path])
    names: dict[str, object] = {"__name__": "__docs__"}
    for block in page.blocks("python"):
        if not block.title:
            # Empty lines in front make the line numbers of a traceback those of the page.
            exec(compile("\n" * block.line + block.text, page.path, "exec"), names)  # noqa: S102 - our own pages
    for app in {value.node.root for value in names.values() if isinstance(value, Construct)}:
        assert isinstance(app, App)
        app.synth()


@pages_run_here
def test_commands_run(
    page: Page, tmp_path: Path, installed: Path, project: Path, pytest_of_pages: PytestOfPages
) -> None:
    commands = [line for block in page.blocks("console", "bash", "sh", "shell") for line in block.text.splitlines()]
    if page.name == "docs/recipes.md":
        return  # test_examples.py runs these, and test_recipes.py knows that there are no others
    assert set(commands) <= ELSEWHERE.keys() | BY_CLIENTS | RUN | IN_A_CLONE
    page.write_files(tmp_path)
    files = [block for block in page.all_blocks if block.title]
    for command in commands:
        program, *arguments = command.split()
        if program == "pytest" and not any(Path(file.title).name.startswith("test_") for file in files):
            continue  # of a project that the page begins: test_getting_started.py
        if program == "pytest":
            code, printed = pytest_of_pages.run(tmp_path, arguments)
            assert code == 0, printed
        elif command in RUN:
            run(command, tmp_path if files else project, installed)
        elif command in IN_A_CLONE:
            run(command, ROOT, Path(sys.executable).parent)


def run(command: str, directory: Path, tools: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "PYTHON"))}
    process = subprocess.run(  # noqa: S602 - by a shell, as a reader of the page would
        command,
        shell=True,
        cwd=directory,
        env={**environment, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, f"{command}\n{process.stdout}\n{process.stderr}"


@pages
def test_json_blocks_are_json(page: Page) -> None:
    for block in page.blocks("json"):
        json.loads(block.text)


@pages
def test_every_block_says_what_it_is(page: Page) -> None:
    known = {"dockerfile", "python", "console", "bash", "sh", "shell", "json", "yaml", "text", "mermaid"}
    assert {block.language for block in page.all_blocks} <= known


@pages
def test_links_lead_somewhere(page: Page) -> None:
    links = [link for link in page.links if "://" not in link]
    assert [link for link in links if not is_there(page.path, link)] == []


def is_there(page: Path, link: str) -> bool:
    """Whether a link of a page leads to a file and, if it names one, to a heading of it."""
    name, _, anchor = link.partition("#")
    target = page.parent / name if name else page
    return target.exists() and (not anchor or anchor in Page(target).anchors)


def test_links_to_nothing_are_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Jobs: `RUNNABLE`, 2 of 3\n\n```sh\n# no heading\n```\n\n## Twice\n\n## Twice\n")
    assert Page(page).anchors == {"jobs-runnable-2-of-3", "twice", "twice-1"}
    links = ["page.md", "page.md#twice-1", "#twice", "#no-heading", "page.md#thrice", "other.md"]
    assert [link for link in links if is_there(page, link)] == ["page.md", "page.md#twice-1", "#twice"]


def test_no_command_is_listed_in_vain() -> None:
    used = {
        line
        for page in run_here
        if page.name != "docs/recipes.md"
        for block in page.blocks("console", "bash", "sh")
        for line in block.text.splitlines()
    }
    assert ELSEWHERE.keys() | BY_CLIENTS | RUN | IN_A_CLONE == used
