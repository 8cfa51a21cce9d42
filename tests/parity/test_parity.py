"""The scenarios of `make parity` in the embedded AWS: what is seen is what AWS's pages say, and nothing is left."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.faults import ExitCode, FaultPlan
from constructs_lib.ops import Account
from tests.parity import __main__ as command
from tests.parity import scenarios
from tests.parity.comparison import compare, flat
from tests.parity.conftest import run_in
from tests.parity.price import EXECUTIONS, price_of
from tests.parity.recordings import Recording, documented
from tests.parity.stacks import TAG, NotReachedError, OverBudgetError, ParityStack

Scenario = Callable[[scenarios.Run], scenarios.Seen]

pytestmark = pytest.mark.local


@pytest.fixture(scope="module")
def seen(account: Account, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return flat(scenarios.play(run_in(account, tmp_path_factory.mktemp("assemblies"))))


def test_what_is_seen_is_what_the_pages_of_aws_say(seen: dict[str, Any]) -> None:
    assert "\n\n".join(map(str, compare(documented(), seen))) == ""


def test_what_behaves_otherwise_is_told(
    aws: EmbeddedAws, account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scenarios, "SCENARIOS", (scenarios.deploy, scenarios.succeed, scenarios.delete))
    with aws.faults.during(FaultPlan([ExitCode(code=137, job="Items-1")])):
        seen = flat(scenarios.play(run_in(account, tmp_path)))
    expected = {path: value for path, value in documented().items() if path.startswith(("deploy.", "succeed."))}
    differing = {difference.what: difference.got for difference in compare(expected, seen)}
    assert differing["succeed.execution"] == "FAILED"
    assert differing["succeed.jobs"] == ["SUCCEEDED", "FAILED"]
    assert differing["succeed.exitCodes"] == [0, 137]
    assert {path.partition(".")[0] for path in differing} == {"succeed"}


def test_every_scenario_is_expected_something_of() -> None:
    judged = {path.partition(".")[0] for path in documented()}
    assert judged == {scenario.__name__ for scenario in scenarios.SCENARIOS}


def test_a_recording_has_nothing_of_the_account(seen: dict[str, Any], account: Account) -> None:
    text = json.dumps(seen)
    assert account.number not in text
    assert account.region not in text
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}|\d{12}|\d{4}-\d\d-\d\dT", text)


def interrupted(run: scenarios.Run) -> scenarios.Seen:
    run.execute([scenarios.LONG])
    raise KeyboardInterrupt


def over_budget(run: scenarios.Run) -> scenarios.Seen:
    execution = run.execute([scenarios.LONG])
    run.patience.all = 0
    run.ended(execution)
    return {}


@pytest.mark.parametrize(("breaks_off", "error"), [(interrupted, KeyboardInterrupt), (over_budget, OverBudgetError)])
def test_a_run_that_breaks_off_leaves_nothing(
    account: Account,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    breaks_off: Scenario,
    error: type[BaseException],
) -> None:
    run = run_in(account, tmp_path)
    monkeypatch.setattr(scenarios, "SCENARIOS", (scenarios.deploy, breaks_off))
    with pytest.raises(error):
        scenarios.play(run)
    assert run.stack.left() == []
    [stack] = account.client("cloudformation").describe_stacks(StackName=run.stack.id)["Stacks"]
    assert stack["StackStatus"] == "DELETE_COMPLETE"


def test_a_scenario_that_breaks_off_says_why_and_the_next_one_is_played(
    account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(run: scenarios.Run) -> scenarios.Seen:
        raise NotReachedError(f"not within 5 s: {run.account.region}")

    def fine(run: scenarios.Run) -> scenarios.Seen:
        return {"number": run.account.number}

    monkeypatch.setattr(scenarios, "SCENARIOS", (broken, fine, scenarios.delete))
    told: list[str] = []
    seen = scenarios.play(run_in(account, tmp_path), told=told.append)
    assert seen == {
        "broken": {"brokeOff": "NotReachedError: not within 5 s: <region>"},
        "fine": {"number": "<account>"},
        "delete": {"stack": "", "left": []},
    }
    assert told == ["broken", "  broken broke off: not within 5 s: us-east-1", "fine", "delete"]


def test_what_a_killed_run_has_left_has_its_tag_and_is_found_and_cleaned(
    account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = run_in(account, tmp_path)
    scenarios.deploy(run)
    run.execute([scenarios.LONG])
    for name in ("QueueArn", "EnvironmentArn", "JobArn"):
        tags = account.client("batch").list_tags_for_resource(resourceArn=run.stack.outputs[name])["tags"]
        assert tags[TAG] == run.stack.run
    monkeypatch.setattr(run.patience, "each", 0.1)  # tags are waited for
    left = ParityStack(account, run.stack.run, run.patience).left()
    assert run.stack.outputs["QueueArn"] in left
    assert run.stack.outputs["MachineArn"] in left

    keys = account.session.get_credentials()
    environment = {
        "AWS_ENDPOINT_URL": account.endpoint_url,
        "AWS_REGION": account.region,
        "AWS_ACCESS_KEY_ID": keys.access_key,
        "AWS_SECRET_ACCESS_KEY": keys.secret_key,
        "HOME": os.fspath(tmp_path),
    }
    monkeypatch.setattr(command, "_PAUSE", 0.02)
    for expected in ("Nothing is left", "Nothing is left"):  # and a second time there is nothing to do
        cleaned = CliRunner().invoke(command.main, ["--clean", run.stack.run], env=environment)
        assert cleaned.output.startswith(expected), cleaned.output


def test_the_price_is_told_and_more_than_the_budget_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    price = price_of(tmp_path, "us-east-1")
    assert sum(EXECUTIONS) == 7
    assert 0.001 < price.dollars < 0.02
    assert price.unknown == ()
    assert price.seconds(price.dollars) == 0
    assert price.seconds(price.dollars + price.hourly) == pytest.approx(3_600)

    monkeypatch.setattr(command.Account, "number", "123456789012")
    given = {"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
    environment = {**dict.fromkeys([name for name in os.environ if name.startswith("AWS_")]), **given}
    refused = CliRunner().invoke(command.main, ["--budget", "0.0001"], env=environment)
    assert refused.exit_code == 1
    assert "A run costs about 0.0" in refused.output
    assert "more than the budget of 0.00 dollars" in refused.output
    declined = CliRunner().invoke(command.main, [], env=environment, input="n\n")
    assert declined.exit_code == 1
    assert declined.output.rstrip().endswith("Aborted!")


def test_a_recording_is_written_and_read(seen: dict[str, Any], tmp_path: Path) -> None:
    recording = Recording.now(of="endpoint", region="us-east-1", seen=seen)
    recording.write(tmp_path / "recording.json")
    assert Recording.read(tmp_path / "recording.json") == recording
    assert recording.versions.keys() == {"constructs-lib", "aws-cdk-lib", "boto3", "python"}
