"""deploy, run, ps, logs and down against a running instance: what they print, their exit codes, and their messages."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.local.apps.assembly import Assembly
from tests.waiting import until

pytestmark = pytest.mark.local

PROGRAM = [str(Path(sys.executable).parent / "constructs-lib"), "local"]
Call = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which no other instance is found."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {**others, "XDG_RUNTIME_DIR": str(tmp_path_factory.mktemp("state"))}


@pytest.fixture(scope="module")
def call(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Call:
    directory = tmp_path_factory.mktemp("here")

    def call_(*arguments: str, standard_input: str | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*PROGRAM, *arguments],
            cwd=directory,
            env=environment,
            input=standard_input,
            capture_output=True,
            text=True,
            check=False,
        )

    return call_


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("up")


@pytest.fixture(scope="module")
def instance(environment: dict[str, str], logs: Path) -> Iterator[subprocess.Popen[str]]:
    argv = [*PROGRAM, "up", "--output", str(logs)]
    with subprocess.Popen(argv, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("ready ")
        yield process
        process.terminate()


@pytest.fixture(scope="module")
def endpoint(instance: subprocess.Popen[str], call: Call) -> str:
    assert instance.poll() is None
    return str(json.loads(call("ps", "--json").stdout)[0]["endpoint"])


@pytest.fixture(scope="module")
def deployed(endpoint: str, call: Call, assembly: Assembly) -> str:
    process = call("deploy", "Pipelines", "--assembly", str(assembly.directory), "--endpoint", endpoint)
    assert process.returncode == 0, process.stderr
    assert process.stderr == ""
    return process.stdout


@pytest.fixture(scope="module")
def run(endpoint: str, call: Call, deployed: str, assembly: Assembly) -> Call:
    """Run a state machine of the deployed stack."""
    assert deployed.startswith("deployed Pipelines: ")
    resources = assembly.stack("Pipelines").template["Resources"].items()

    def run_(
        machine: str, items: list[Any], *options: str, stack: tuple[str, ...] = ("Pipelines",)
    ) -> subprocess.CompletedProcess[str]:
        [name] = [key for key, item in resources if item["Type"].endswith("::StateMachine") and key.startswith(machine)]
        where = ["--endpoint", endpoint, "--state-machine", name, "--items", "-"]
        return call("run", *stack, *where, *options, standard_input=json.dumps(items))

    return run_


def test_a_second_deployment_changes_nothing(deployed: str, call: Call, assembly: Assembly) -> None:
    process = call("deploy", "Pipelines", "--assembly", str(assembly.directory))  # the only one that runs
    assert process.stdout == deployed


def test_a_stack_runs_as_it_is_deployed(run: Call) -> None:
    process = run("AnswerArray", ["a", "b"], "--json")
    assert process.returncode == 0, process.stderr
    printed = json.loads(process.stdout)
    assert printed["status"] == "SUCCEEDED"
    assert printed["results"] == {"0": {"got": "a"}, "1": {"got": "b"}}
    assert [(job["index"], job["status"], job["attempts"]) for job in printed["jobs"]] == [
        (0, "SUCCEEDED", 1),
        (1, "SUCCEEDED", 1),
    ]
    assert all(Path(job["log"]).is_file() for job in printed["jobs"])
    assert "execution SUCCEEDED" in process.stderr


def test_a_failed_run_says_why(run: Call) -> None:
    process = run("AnswerMap", ["a", "fail"], stack=())  # the only one that is deployed
    assert process.returncode == 1
    assert "FanOut.TooManyFailures" in process.stderr
    assert "Items-1 item 1: Essential container in task exited, exit code 1" in process.stderr


def test_jobs_are_submitted_as_their_stack_is_deployed(
    endpoint: str, call: Call, deployed: str, assembly: Assembly
) -> None:
    assert deployed
    resources = assembly.stack("Pipelines").template["Resources"].items()
    job = next(name for name, item in resources if item["Type"] == "AWS::Batch::JobDefinition")
    queue = next(name for name, item in resources if item["Type"] == "AWS::Batch::JobQueue")
    what = ["submit", "Pipelines", job, "--queue", queue, "--endpoint", endpoint, "--env", 'ITEMS=["a", "b"]']
    submitted = call(*what, "--count", "2")
    assert submitted.returncode == 0, submitted.stderr
    ids = submitted.stdout.split()
    assert len(ids) == 2
    waited = call(*what, "--array", "2", "--wait", "--json")
    assert waited.returncode == 0, waited.stderr
    printed = json.loads(waited.stdout)
    assert [(job["index"], job["status"]) for job in printed["jobs"]] == [(0, "SUCCEEDED"), (1, "SUCCEEDED")]
    assert {job["id"].partition(":")[0] for job in printed["jobs"]}.isdisjoint(ids)
    refused = call(*what, "--json")
    assert (refused.returncode, "give --wait, too" in refused.stderr) == (2, True)


def test_ps_lists_everything(run: Call, call: Call, instance: subprocess.Popen[str], endpoint: str) -> None:
    assert run("AnswerArray", ["a", "b"]).returncode == 0
    [listed] = json.loads(call("ps", "--json").stdout)
    assert (listed["endpoint"], listed["pid"]) == (endpoint, instance.pid)
    assert [(stack["name"], stack["status"]) for stack in listed["stacks"]] == [("Pipelines", "CREATE_COMPLETE")]
    assert listed["executions"][-1]["status"] == "SUCCEEDED"
    assert listed["jobs"][-1]["children"]["SUCCEEDED"] == 2
    shown = call("ps").stdout
    assert endpoint in shown
    assert "Pipelines" in shown
    assert listed["jobs"][-1]["id"] in shown


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["deploy", "Pipeline"], "no stack 'Pipeline' in this app, it has: Pipelines, "),
        (["deploy", "Pipeline"], ". Did you mean Pipelines?"),
        (["run", "Nowhere", "--items", "-"], "stack 'Nowhere' is not deployed at"),
        (["logs", "nowhere"], "no job and no stack with a job queue is called 'nowhere'"),
        (["logs"], "name a job or a stack, or give --failed"),
        (["down", "--port", "1"], "nothing is running on port 1; running: http://127.0.0.1:"),
    ],
)
def test_each_mistake_has_its_message(
    endpoint: str, call: Call, assembly: Assembly, arguments: list[str], message: str
) -> None:
    where = {"deploy": ["--assembly", str(assembly.directory)], "run": ["--endpoint", endpoint]}
    process = call(*arguments, *where.get(arguments[0], []), standard_input="[]")
    assert process.returncode == 2
    assert message in process.stderr


def test_a_stack_that_cannot_be_deployed_says_why_and_can_be_tried_again(
    endpoint: str, call: Call, tmp_path: Path
) -> None:
    assert endpoint
    order = [{"Order": 1, "ComputeEnvironment": "nowhere"}]
    queue = {"Type": "AWS::Batch::JobQueue", "Properties": {"Priority": 1, "ComputeEnvironmentOrder": order}}
    stack = {"type": "aws:cloudformation:stack", "properties": {"templateFile": "t.json"}}
    (tmp_path / "manifest.json").write_text(json.dumps({"artifacts": {"Broken": stack}}))
    (tmp_path / "t.json").write_text(json.dumps({"Resources": {"Queue": queue}}))
    for _ in range(2):
        process = call("deploy", "Broken", "--assembly", str(tmp_path))
        assert process.returncode == 3
        assert "stack Broken: ROLLBACK_COMPLETE: " in process.stderr
        assert "nowhere does not exist" in process.stderr


def test_all_stacks_of_an_app_are_deployed_in_their_order(endpoint: str, call: Call, tmp_path: Path) -> None:
    assert endpoint
    resources = {
        "Reader": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Fn::ImportValue": "name"}}}},
        "Writer": {"Topic": {"Type": "AWS::SNS::Topic"}},
    }
    outputs = {"Writer": {"Name": {"Value": "exported", "Export": {"Name": "name"}}}, "Reader": {}}
    artifacts = {}
    for name, made in resources.items():
        properties = {"templateFile": f"{name}.json"}
        artifacts[name] = {"type": "aws:cloudformation:stack", "properties": properties, "dependencies": []}
        (tmp_path / f"{name}.json").write_text(json.dumps({"Resources": made, "Outputs": outputs[name]}))
    artifacts["Reader"]["dependencies"] = ["Writer"]
    (tmp_path / "manifest.json").write_text(json.dumps({"artifacts": artifacts}))
    process = call("deploy", "--all", "--assembly", str(tmp_path))
    assert process.returncode == 0, process.stderr
    deployed = [line for line in process.stdout.splitlines() if line.startswith("deployed")]
    assert deployed == ["deployed Writer: 1 resources", "deployed Reader: 1 resources"]


def test_down_returns_when_the_instance_and_its_jobs_are_gone(
    instance: subprocess.Popen[str], endpoint: str, call: Call, run: Call, logs: Path
) -> None:
    with ThreadPoolExecutor() as pool:
        running = pool.submit(run, "AnswerArray", ["sleep", "sleep"])
        # the worker's own process and the program that it started, for both items
        until(lambda: len(_processes_in(logs)) >= 4)
        process = call("down")
        assert _processes_in(logs) == []
        assert running.result().returncode == 1
        assert f"the embedded AWS at {endpoint} is gone" in running.result().stderr
    assert (process.returncode, process.stdout) == (0, f"stopped {endpoint}\n")
    assert instance.wait(5) == 0
    for arguments in (["down"], ["logs", "--failed"], ["deploy", "Pipelines"]):
        process = call(*arguments)
        assert process.returncode == 2
        assert "nothing is running" in process.stderr
    process = call("logs", "--failed", "--endpoint", endpoint)
    assert f"no embedded AWS answers at {endpoint}" in process.stderr


def _processes_in(directory: Path) -> list[str]:
    """Processes whose output goes to a file below a directory."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdecimal() and (entry / "fd" / "2").readlink().is_relative_to(directory):
                found.append(entry.name)
        except OSError:
            continue  # it ended while we looked
    return found
