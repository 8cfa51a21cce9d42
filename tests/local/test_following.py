"""run, logs, results and history over an endpoint: what they print, what they do, and their exit codes."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from syrupy.assertion import SnapshotAssertion

from constructs_lib.cli import main
from constructs_lib.local.apps.deployment import Deployment
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.faults import FaultPlan, Reclaim
from constructs_lib.ops import Account
from tests.docs.pages import PAGES
from tests.local.at_a_terminal import Terminal
from tests.local.steady import steady
from tests.waiting import ended_execution, until

pytestmark = pytest.mark.local

PROGRAM = str(Path(sys.executable).parent / "constructs-lib")
Call = Callable[..., Result]


@pytest.fixture(scope="module")
def account(aws: EmbeddedAws, deployment: Deployment) -> Iterator[Account]:
    assert deployment.name == "Pipelines"
    with pytest.MonkeyPatch.context() as patch:
        for name, value in aws.environment().items():
            patch.setenv(name, value)
        yield Account.open()


@pytest.fixture(scope="module")
def call(account: Account) -> Call:
    assert account.endpoint_url

    def call_(*arguments: str, given: object = None) -> Result:
        return CliRunner().invoke(main, arguments, input=None if given is None else json.dumps(given))

    return call_


def terminal(*arguments: str, **options: Any) -> Terminal:
    return Terminal([PROGRAM, *arguments], os.environ, **options)


def printed(*arguments: str, columns: int) -> str:
    """What a command prints at a terminal on which nothing moves."""
    shown = terminal(*arguments, columns=columns, kind="dumb")
    shown.end()
    return steady(shown.text.replace("\r\n", "\n"))


def file(directory: Path, value: object) -> str:
    path = directory / "given.json"
    path.write_text(json.dumps(value))
    return str(path)


@pytest.mark.parametrize("strategy", ["Map", "Array", "Distributed"])
def test_a_run_is_followed_to_its_end(call: Call, strategy: str, snapshot: SnapshotAssertion) -> None:
    result = call("run", f"Pipelines/Answer{strategy}", "--items", "-", given=["a", "b", "c"])
    assert result.exit_code == 0, result.output
    assert steady(result.stdout) == snapshot
    assert result.stderr.startswith("arn:aws:states:us-east-1:123456789012:execution:Pipelines-Answer")


@pytest.mark.parametrize("strategy", ["Map", "Array", "Distributed"])
def test_a_run_that_fails_says_which_item_and_why(call: Call, strategy: str) -> None:
    result = call("run", f"Pipelines/Answer{strategy}", "--items", "-", given=["a", "fail"])
    assert result.exit_code == 1
    assert "2 of 2 ended  SUCCEEDED 1  FAILED 1" in result.stdout
    assert "execution FAILED: FanOut.TooManyFailures" in result.stdout
    assert "1 of 2 items failed: item 1." in result.stderr or "1 of 2 items failed." in result.stderr
    assert "Essential container in task exited, exit code 1" in result.stderr
    assert "constructs-lib logs arn:aws:states:" in result.stderr


def test_programs_get_one_object(call: Call) -> None:
    result = call("run", "Pipelines/AnswerArray", "--items", "-", "--json", given=["a", "fail"])
    printed = json.loads(result.stdout)
    assert printed["status"] == "FAILED"
    assert printed["error"] == "FanOut.TooManyFailures"
    assert printed["stages"] == [
        {"name": "Items", "status": "FAILED", "total": 2, "counts": {"SUCCEEDED": 1, "FAILED": 1}}
    ]
    [failure] = printed["failures"]
    assert (failure["what"], failure["index"], failure["exitCode"]) == ("Items", 1, 1)


def test_a_run_that_nobody_follows_is_its_arn_alone(call: Call, account: Account) -> None:
    result = call("run", "Pipelines/AnswerMap", "--items", "-", "--detach", "--name", "detached", given=["a"])
    assert (result.exit_code, result.stderr) == (0, "")
    arn = result.stdout.strip()
    assert arn.endswith(":detached")
    assert ended_execution(account.client("stepfunctions"), arn)["status"] == "SUCCEEDED"
    again = call("run", "Pipelines/AnswerMap", "--items", "-", "--name", "detached", given=["b"])
    assert again.exit_code == 1
    assert "there was an execution detached of" in again.stderr


def test_a_list_in_s3_is_read_for_a_fan_out_that_takes_its_items_from_the_input(call: Call, account: Account) -> None:
    s3 = account.client("s3")
    s3.create_bucket(Bucket="lists")
    s3.put_object(Bucket="lists", Key="day.json", Body=b'["a", "b"]')
    s3.put_object(Bucket="lists", Key="day.jsonl", Body=b'"a"\n"b"\n"c"\n')
    for key, items in (("day.json", 2), ("day.jsonl", 3)):
        result = call("run", "Pipelines/AnswerArray", "--items", f"s3://lists/{key}", "--json")
        assert json.loads(result.stdout)["output"]["succeeded"] == items
    s3.put_object(Bucket="lists", Key="long.json", Body=json.dumps(["x" * 300_000]).encode())
    result = call("run", "Pipelines/AnswerArray", "--items", "s3://lists/long.json")
    assert result.exit_code == 1
    assert "let a DistributedFanOut read it" in result.stderr


def express(account: Account, name: str, state: dict[str, Any], **options: Any) -> str:
    client, definition = account.client("stepfunctions"), json.dumps({"StartAt": "Only", "States": {"Only": state}})
    some = client.list_state_machines()["stateMachines"][0]["stateMachineArn"]
    role = client.describe_state_machine(stateMachineArn=some)["roleArn"]
    made = client.create_state_machine(name=name, definition=definition, roleArn=role, type="EXPRESS", **options)
    return str(made["stateMachineArn"])


def test_an_express_state_machine_runs_to_its_end(call: Call, account: Account) -> None:
    arn = express(account, "Quick", {"Type": "Pass", "End": True})
    result = call("run", arn, "--input", "-", "--json", given={"day": "monday"})
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["output"] == {"day": "monday"}
    express(account, "Broken", {"Type": "Fail", "Error": "No", "Cause": "It never works"})
    result = call("run", "Broken")
    assert (result.exit_code, "execution FAILED: No" in result.stdout) == (1, True)
    assert "It never works" in result.stderr


def test_ctrl_c_asks_and_stops(account: Account, tmp_path: Path) -> None:
    shown = terminal("run", "Pipelines/AnswerArray", "--items", file(tmp_path, ["a", "sleep"]), "--name", "stopped")
    shown.until("1 of 2")
    shown.type("\x03")
    shown.until("Detach and leave it running, or stop it? (detach, stop) [detach]: ")
    shown.type("stop\n")
    assert shown.end() == 130
    assert "execution ABORTED" in shown.text
    [arn] = [line for line in shown.text.split() if line.endswith(":stopped")][:1]
    assert account.client("stepfunctions").describe_execution(executionArn=arn)["status"] == "ABORTED"


def test_a_second_ctrl_c_detaches(account: Account, tmp_path: Path) -> None:
    shown = terminal("run", "Pipelines/AnswerMap", "--items", file(tmp_path, ["sleep"]), "--name", "left")
    shown.until("RUNNING\xa01")
    shown.type("\x03")
    shown.until("Ctrl-C again detaches")
    shown.type("\x03")
    assert shown.end() == 130
    [arn] = [line for line in shown.text.split() if line.endswith(":left")][:1]
    states = account.client("stepfunctions")
    assert states.describe_execution(executionArn=arn)["status"] == "RUNNING"
    states.stop_execution(executionArn=arn)
    until(lambda: states.describe_execution(executionArn=arn)["status"] == "ABORTED")


@pytest.fixture(scope="module")
def failed(call: Call, account: Account) -> dict[str, str]:
    """Executions of two items that failed and one that did not, by strategy."""
    arns = {
        strategy: call(
            "run", f"Pipelines/Answer{strategy}", "--items", "-", "--detach", "--name", "failing", given=GIVEN
        )
        for strategy in ("Map", "Array", "Distributed")
    }
    found = {strategy: result.stdout.strip() for strategy, result in arns.items()}
    for arn in found.values():
        ended_execution(account.client("stepfunctions"), arn)
    return found


GIVEN = ["fail", "a", "fail"]


@pytest.mark.parametrize("strategy", ["Map", "Array", "Distributed"])
def test_the_lines_of_an_execution_have_the_name_and_item_of_their_job(
    call: Call, failed: dict[str, str], strategy: str
) -> None:
    result = call("logs", failed[strategy])
    assert result.exit_code == 0, result.output
    lines = [line.split(" | ") for line in result.stdout.splitlines()]
    assert {text for _, text in lines} == {"told to fail"}
    assert sorted(name.rpartition("[")[2] for name, _ in lines) == ["0]", "2]"]


@pytest.mark.parametrize("strategy", ["Array", "Distributed"])
def test_the_ends_of_what_failed_are_told_with_the_reason(
    call: Call, failed: dict[str, str], strategy: str, snapshot: SnapshotAssertion
) -> None:
    result = call("logs", f"Pipelines/Answer{strategy}:failing", "--failed")
    assert (result.exit_code, result.stderr) == (0, "")
    assert failed[strategy].endswith(":failing")
    assert steady(result.stdout) == snapshot
    one = call("logs", failed[strategy], "--failed", "--jobs", "1")
    assert (one.stdout.count("told to fail"), one.stderr) == (1, "… and 1 more jobs failed: --jobs 2 prints all\n")


@pytest.mark.parametrize("strategy", ["Map", "Array", "Distributed"])
def test_the_lines_of_an_item_are_those_of_its_job(call: Call, failed: dict[str, str], strategy: str) -> None:
    lines = [json.loads(line) for line in call("logs", failed[strategy], "--index", "2", "--json").stdout.splitlines()]
    assert [(line["index"], line["line"], line["attempt"]) for line in lines] == [(2, "told to fail", 1)]
    [line] = lines
    job = call("logs", line["job"])
    assert (job.stdout, job.stderr) == ("told to fail\n", "")
    assert call("logs", line["job"], "--raw", "--attempt", "1").stdout == "told to fail\n"
    assert call("logs", line["job"], "--since", "2000-01-01").stdout == "told to fail\n"
    later = call("logs", line["job"], "--since", "2100-01-01T00:00+00:00")
    assert (later.stdout, "its jobs have written nothing" in later.stderr) == ("", True)


def test_lines_are_followed_until_the_last_job_has_ended(call: Call) -> None:
    started = call("run", "Pipelines/AnswerArray", "--items", "-", "--detach", "--name", "followed", given=GIVEN)
    result = call("logs", started.stdout.strip(), "--follow")
    assert result.exit_code == 0, result.output
    assert sorted(result.stdout.splitlines()) == ["Items[0] | told to fail", "Items[2] | told to fail"]


def test_ctrl_c_ends_the_following_of_lines_and_not_the_jobs(call: Call, account: Account) -> None:
    detached = ["--items", "-", "--detach", "--name", "watched"]
    arn = call("run", "Pipelines/AnswerArray", *detached, given=["fail", "sleep"]).stdout.strip()
    shown = terminal("logs", arn, "--follow")
    shown.until("Items[0] | told to fail")
    shown.type("\x03")
    assert shown.end() == 130
    states = account.client("stepfunctions")
    assert states.describe_execution(executionArn=arn)["status"] == "RUNNING"
    states.stop_execution(executionArn=arn)


def test_an_attempt_that_was_reclaimed_has_its_own_lines_and_bar(
    call: Call, aws: EmbeddedAws, account: Account
) -> None:
    assert account.endpoint_url
    with aws.faults.during(FaultPlan([Reclaim(job="Items-0", after=0, notice=0, force=True)])):
        result = call("run", "Pipelines/AnswerMap", "--items", "-", "--name", "reclaimed", given=["fail"])
    assert result.exit_code == 1
    rows = [line.split("\t") for line in call("history", "Pipelines/AnswerMap:reclaimed").stdout.splitlines()]
    assert [row[2] for row in rows if row[0] == "job"] == ["retried", "failed"]
    lines = call("logs", "Pipelines/AnswerMap:reclaimed", "--json").stdout.splitlines()
    assert {json.loads(line)["attempt"] for line in lines if "told to fail" in line} == {2}
    [heading, *_] = call("logs", "Pipelines/AnswerMap:reclaimed", "--failed").stdout.splitlines()
    assert "attempt 2: Essential container in task exited, exit code 1" in heading


def test_an_index_that_there_is_not_and_a_job_that_there_is_not_are_told(call: Call, failed: dict[str, str]) -> None:
    [line, *_] = call("logs", failed["Array"], "--json").stdout.splitlines()
    array = json.loads(line)["job"].partition(":")[0]
    result = call("logs", array, "--index", "9")
    assert (result.exit_code, "has no index 9: it has the indexes 0 to 2" in result.stderr) == (2, True)
    result = call("logs", "0fd1ec2c-8a8f-4a3b-b8ba-3b43dbd1ad11")
    assert (result.exit_code, "AWS Batch forgets a job about a week" in result.stderr) == (2, True)
    result = call("logs", "Pipelines/AnswerMap:never")
    assert (result.exit_code, "has no execution 'never'" in result.stderr) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["logs", "x", "--since", "yesterday"], "expected how long ago, such as 20m, 2h or 3d"),
        (["run", "Pipelines"], "has several state machines, name one as Pipelines/NAME"),
        (["run", "Pipelines/AnswerMap", "--name", "a b"], "expected 1 to 80 letters, digits, - and _"),
        (["run", "Pipelines/AnswerMap", "--items", "s3://b/k", "--input", "x"], "exclude each other"),
        (["run", "Pipelines/AnswerMap", "--items", ""], "it is empty"),
    ],
)
def test_wrong_usage_starts_nothing(call: Call, arguments: list[str], message: str) -> None:
    result = call(*arguments)
    assert (result.exit_code, message in result.stderr) == (2, True), result.stderr


@pytest.mark.parametrize("strategy", ["Map", "Array", "Distributed"])
def test_results_have_each_item_or_why_it_failed(
    call: Call, failed: dict[str, str], strategy: str, snapshot: SnapshotAssertion
) -> None:
    result = call("results", f"Pipelines/Answer{strategy}:failing", "--table")
    assert (result.exit_code, result.stderr) == (0, ""), failed
    assert steady(result.stdout) == snapshot
    items = [json.loads(line) for line in call("results", failed[strategy], "--table", "--json").stdout.splitlines()]
    assert [(item["index"], item["status"], item.get("result")) for item in items] == [
        (0, "FAILED", None),
        (1, "SUCCEEDED", {"got": "a"}),
        (2, "FAILED", None),
    ]
    assert call("logs", items[2]["job"]).stdout == "told to fail\n"


def test_results_are_saved_beside_what_became_of_the_execution(
    call: Call, failed: dict[str, str], tmp_path: Path
) -> None:
    result = call("results", failed["Array"], "--output", str(tmp_path / "out"))
    assert result.exit_code == 0, result.output
    assert sorted(str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*.json")) == [
        "Items/1.json",
        "execution.json",
    ]
    assert json.loads((tmp_path / "out" / "Items" / "1.json").read_text()) == {"got": "a"}
    told = json.loads((tmp_path / "out" / "execution.json").read_text())
    assert (told["status"], told["fanOuts"][0]["failed"]) == ("FAILED", 2)


def test_a_state_machine_without_fan_outs_has_its_output(call: Call, account: Account) -> None:
    client = account.client("stepfunctions")
    some = client.list_state_machines()["stateMachines"][0]["stateMachineArn"]
    role = client.describe_state_machine(stateMachineArn=some)["roleArn"]
    definition = json.dumps({"StartAt": "Only", "States": {"Only": {"Type": "Pass", "End": True}}})
    client.create_state_machine(name="Plain", definition=definition, roleArn=role)
    assert call("run", "Plain", "--input", "-", given={"day": "monday"}).exit_code == 0
    result = call("results", "Plain")
    assert result.stdout.splitlines()[1:] == ["state\tSUCCEEDED", 'output\t{"day": "monday"}']
    assert json.loads(call("results", "Plain", "--json").stdout)["fanOuts"] == []


def test_items_without_a_result_have_their_state_alone(call: Call) -> None:
    assert call("run", "Pipelines/IdleArray", "--items", "-", "--name", "idle", given=[1, 2]).exit_code == 0
    rows = call("results", "Pipelines/IdleArray:idle").stdout.splitlines()[-2:]
    assert rows == ["item\t0\tSUCCEEDED\t-", "item\t1\tSUCCEEDED\t-"]


@pytest.mark.parametrize("strategy", ["Map", "Array", "Distributed"])
def test_the_history_has_stages_and_jobs_over_time(call: Call, failed: dict[str, str], strategy: str) -> None:
    result = call("history", failed[strategy])
    assert (result.exit_code, result.stderr) == (0, "")
    rows = [line.split("\t") for line in result.stdout.splitlines()]
    assert [(row[0], row[1].partition(" ")[0], row[2]) for row in rows if row[0] == "stage"] == [
        ("stage", "Items", "FAILED")
    ]
    jobs = [row for row in rows if row[0] == "job"]
    assert sorted(row[2] for row in jobs) == ["failed", "failed", "succeeded"]
    assert all(row[3] <= row[4] <= row[5] for row in jobs)


def test_the_history_is_drawn_at_a_terminal(failed: dict[str, str]) -> None:
    shown = terminal("history", failed["Array"])
    assert shown.end() == 0
    assert "░ waits in the queue   █ runs   ▓ failed" in shown.text
    assert "Items[2]" in shown.text


def test_the_page_about_an_execution_has_the_logs_of_what_failed(
    call: Call, failed: dict[str, str], tmp_path: Path
) -> None:
    result = call("history", failed["Distributed"], "--report", str(tmp_path / "report.html"))
    assert result.exit_code == 0, result.output
    page = (tmp_path / "report.html").read_text()
    assert page.count("told to fail") == 2
    assert "<svg" in page
    assert "2 of 3 items failed" in page


def test_the_events_of_an_execution_are_a_line_each(call: Call, failed: dict[str, str]) -> None:
    events = [json.loads(line) for line in call("history", failed["Map"], "--json").stdout.splitlines()]
    assert (events[0]["type"], events[-1]["type"]) == ("ExecutionStarted", "ExecutionFailed")
    assert [event["id"] for event in events] == [*range(1, len(events) + 1)]
    assert events[-1]["details"]["error"] == "FanOut.TooManyFailures"


def test_the_functions_of_the_page_do_the_same(account: Account) -> None:
    [page] = [page for page in PAGES if page.name == "docs/following.md"]
    names: dict[str, Any] = {}
    for block in page.blocks("python"):
        exec(block.text, names)  # noqa: S102 - our own page
    assert account.endpoint_url
    assert names["run_and_look"]("Pipelines/AnswerArray", GIVEN) == dict.fromkeys(
        (0, 2), "Essential container in task exited, exit code 1"
    )


@pytest.mark.parametrize("columns", [80, 120])
def test_commands_at_a_terminal(
    failed: dict[str, str], tmp_path: Path, columns: int, snapshot: SnapshotAssertion
) -> None:
    items = file(tmp_path, ["fail", "a"])
    assert printed("run", "Pipelines/AnswerArray", "--items", items, columns=columns) == snapshot(name="run")
    assert printed("logs", failed["Array"], "--failed", columns=columns) == snapshot(name="logs")
    assert printed("results", failed["Array"], "--table", columns=columns) == snapshot(name="results")
    assert printed("logs", "nowhere", columns=columns).startswith("Usage: constructs-lib logs [OPTIONS]")


def test_the_history_of_an_express_execution_is_that_of_its_log_group(call: Call, account: Account) -> None:
    some = account.client("stepfunctions").list_state_machines()["stateMachines"][0]["stateMachineArn"]
    logging = account.client("stepfunctions").describe_state_machine(stateMachineArn=some)["loggingConfiguration"]
    express(account, "Logged", {"Type": "Wait", "Seconds": 0, "End": True}, loggingConfiguration=logging)
    arn = json.loads(call("run", "Logged", "--json").stdout)["execution"]
    rows = [line.split("\t") for line in call("history", arn).stdout.splitlines()]
    assert [row[:3] for row in rows] == [["stage", "Only", "SUCCEEDED"]]
    assert "state\tSUCCEEDED" in call("results", arn).stdout
    express(account, "Silent", {"Type": "Pass", "End": True})
    arn = json.loads(call("run", "Silent", "--json").stdout)["execution"]
    result = call("history", arn)
    assert (result.exit_code, "and the state machine does not log" in result.stderr) == (1, True)
