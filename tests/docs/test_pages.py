"""README and docs do what they say: code runs, commands work, JSON is JSON, links lead somewhere.

The Python blocks of a page share their names. A block with a `title` is a file, written into a directory of its own;
the commands of such a page run there, those of any other page run at the top of the repository.
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
    "npx aws-cdk@2.1148.1 bootstrap": "needs an AWS account",
    "npx aws-cdk@2.1148.1 deploy ArrayStack": "needs an AWS account",
    "pip install 'constructs-lib[local,testing]'": "installed by the Makefile",
    "pip install 'constructs-lib[testing]'": "installed by the Makefile",
    "git add __snapshots__": "changes nothing that a test could see",
    "constructs-lib local up --port 4566": "serves until it is told to stop: tests/local/test_up.py",
    "constructs-lib local up --port 4567 --account 345678901234 --region eu-west-1": (
        "serves until it is told to stop: tests/local/test_accounts_of_commands.py"
    ),
    "constructs-lib local deploy ArrayStack": "needs a running instance: tests/local/test_instance_commands.py",
    """echo '[1, 2]' | constructs-lib local run ArrayStack --items - --endpoint http://127.0.0.1:4566""": "as above",
    "constructs-lib local ps": "as above",
    "constructs-lib local submit ArrayStack Job --array 2 --env 'ITEMS=[1, 2]' --wait": "as above",
    """echo '{"day": "monday"}' | constructs-lib local run Shapes --state-machine DayMachine --input -""": (
        "tests/local/test_pipelines.py runs each machine of the page"
    ),
    "constructs-lib local run Shapes --state-machine ScansMachine --put pictures=Bucket/scans": "as above",
    """echo '["a", "b"]' | .venv/bin/constructs-lib local run ArrayStack --items - --runner container""": (
        "needs a container engine: tests/local/test_containers.py"
    ),
    "constructs-lib local logs ArrayStack": "as above",
    "constructs-lib local logs --failed": "as above",
    "constructs-lib local advance 30d": "tests/local/test_advance_command.py",
    "constructs-lib local down": "as above",
    "python3 -m venv .venv": "the tests have one",
    ". .venv/bin/activate": "as above",
    "npx aws-cdk@2 synth --quiet": "needs a network: tests/local/test_cdk_cli.py",
    "npx aws-cdk@2 bootstrap": "needs an AWS account",
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
    "constructs-lib graph ArrayStack": "tests/unit/graph runs it",
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
    """echo '["a.png", "b.png"]' | .venv/bin/constructs-lib local run ArrayStack --items -""",
    """echo '["a", "b"]' | .venv/bin/constructs-lib local run ArrayStack --items - --fault pull-failure:index=1""",
    ".venv/bin/constructs-lib local faults",
    ".venv/bin/constructs-lib plan ArrayStack --items 10000 --seconds-per-item 90",
    "pytest --snapshot-update",
    "pytest",
    "pytest test_pipeline.py",
    "pytest test_nightly.py",
    "pytest test_watched.py",
    "constructs-lib plan Sales --items 200 --seconds-per-item 60",
    "python count.py",
    "python3 -m docs.examples.resource_shortage build/shortage.svg",
}


@pytest.fixture(scope="module")
def pytest_of_pages() -> Iterator[PytestOfPages]:
    with PytestOfPages() as made:
        yield made


pages = pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
run_here = [page for page in PAGES if page.name not in (*OPERATED, *PROVOKED, *STARTED)]
pages_run_here = pytest.mark.parametrize("page", run_here, ids=[page.name for page in run_here])


@pages_run_here
def test_python_blocks_run(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    names: dict[str, object] = {"__name__": "__docs__"}
    for block in page.blocks("python"):
        if not block.title:
            # Empty lines in front make the line numbers of a traceback those of the page.
            exec(compile("\n" * block.line + block.text, page.path, "exec"), names)  # noqa: S102 - our own pages
    for app in {value.node.root for value in names.values() if isinstance(value, Construct)}:
        assert isinstance(app, App)
        app.synth()


@pages_run_here
def test_commands_run(page: Page, tmp_path: Path, pytest_of_pages: PytestOfPages) -> None:
    commands = [line for block in page.blocks("console", "bash", "sh", "shell") for line in block.text.splitlines()]
    assert set(commands) <= ELSEWHERE.keys() | BY_CLIENTS | RUN
    files = [block for block in page.blocks("python", "json") if block.title]
    for file in files:
        (tmp_path / file.title).parent.mkdir(exist_ok=True)
        (tmp_path / file.title).write_text(file.text)
    for command in commands:
        program, *arguments = command.split()
        if program == "pytest" and not files:
            continue  # of a project that the page begins: test_getting_started.py
        if program == "pytest":
            code, printed = pytest_of_pages.run(tmp_path, arguments)
            assert code == 0, printed
        elif command in RUN:
            run(command, tmp_path if files else ROOT)


def run(command: str, directory: Path) -> None:
    tools = Path(sys.executable).parent
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    process = subprocess.run(  # noqa: S602 - by a shell, as a reader of the page would
        command.replace(".venv/bin/", f"{tools}/"),
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
    known = {"python", "console", "bash", "sh", "shell", "json", "yaml", "text", "mermaid"}
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
        line for page in run_here for block in page.blocks("console", "bash", "sh") for line in block.text.splitlines()
    }
    assert ELSEWHERE.keys() | BY_CLIENTS | RUN == used
