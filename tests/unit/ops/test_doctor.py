"""doctor over accounts that are well, short of quota, and that tell nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner
from syrupy.assertion import SnapshotAssertion

from constructs_lib.cli import main
from constructs_lib.ops import doctor
from constructs_lib.ops.account import Account
from constructs_lib.ops.doctor import Check, Verdict, examine
from tests.local.screens import stable
from tests.unit.ops.accounts import NOW, Stubbed, refusing

IDENTITY = {"Account": "111122223333", "Arn": "arn:aws:iam::111122223333:user/ann"}


@pytest.fixture(autouse=True)
def _this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "check_this_machine", lambda: [Check("Node", Verdict.OK, "24.1.0")])


def environment(name: str, kind: str, vcpus: int, status: str = "VALID", types: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "computeEnvironmentName": name,
        "computeEnvironmentArn": f"arn:{name}",
        "type": "MANAGED",
        "state": "ENABLED",
        "status": status,
        "statusReason": "ComputeEnvironment Healthy" if status == "VALID" else "CLIENT_ERROR - no such subnet",
        "computeResources": {"type": kind, "maxvCpus": vcpus, "instanceTypes": list(types)},
    }


def quota(value: float) -> Callable[..., dict[str, Any]]:
    def answer(**request: str) -> dict[str, Any]:
        metric = {"MetricNamespace": "AWS/Usage", "MetricName": "ResourceCount", "MetricDimensions": {"Service": "EC2"}}
        usage = {} if request["ServiceCode"] == "batch" else {"UsageMetric": metric}
        return {"Quota": {"Value": value, **usage}}

    return answer


def answers(used: float = 10, limit: float = 1_000, **more: Any) -> dict[str, Any]:
    return {
        "sts.get_caller_identity": lambda: IDENTITY,
        "ssm.get_parameter": lambda **_: {"Parameter": {"Value": "21"}},
        "batch.describe_compute_environments": lambda **_: {
            "computeEnvironments": [environment("spot", "SPOT", 256), environment("fargate", "FARGATE", 64)]
        },
        "batch.describe_job_queues": lambda **_: {
            "jobQueues": [{"jobQueueName": "nightly", "state": "ENABLED", "status": "VALID"}]
        },
        "service-quotas.get_service_quota": quota(limit),
        "cloudwatch.get_metric_statistics": lambda **request: {
            "Datapoints": [
                {"Timestamp": NOW, "Maximum": 1_000_000 if request["MetricName"] == "OpenExecutionLimit" else used}
            ]
        },
        **more,
    }


def verdicts(found: list[Check]) -> dict[str, Verdict]:
    return {check.name: check.verdict for check in found}


def test_an_account_that_is_well_is_ok_everywhere() -> None:
    found = examine(Stubbed(answers()))
    assert set(verdicts(found).values()) == {Verdict.OK}
    [spot] = [check for check in found if check.name == "EC2 Spot standard vCPUs"]
    assert spot.found == "1,000, in use 10, environments may have 256"


def test_quotas_that_environments_exceed_or_that_are_used_up_are_told_with_the_request_for_more() -> None:
    found = {check.name: check for check in examine(Stubbed(answers(used=5, limit=32)))}
    assert found["EC2 Spot standard vCPUs"].verdict is Verdict.ATTENTION
    assert "--quota-code L-34B43A08 --desired-value 256" in (found["EC2 Spot standard vCPUs"].fix or "")
    assert found["EC2 standard vCPUs"].verdict is Verdict.OK
    used_up = {check.name: check for check in examine(Stubbed(answers(used=32, limit=32)))}
    assert used_up["EC2 standard vCPUs"].verdict is Verdict.BROKEN


@pytest.mark.parametrize(
    ("kind", "types", "name", "code"),
    [
        ("EC2", ("g5.xlarge",), "EC2 G and VT vCPUs", "L-DB2E81BA"),
        ("EC2", ("gr6",), "EC2 G and VT vCPUs", "L-DB2E81BA"),
        ("EC2", ("vt1.3xlarge",), "EC2 G and VT vCPUs", "L-DB2E81BA"),
        ("SPOT", ("g4dn", "g5"), "EC2 Spot G and VT vCPUs", "L-3819A6DF"),
        ("EC2", ("p4d.24xlarge",), "EC2 P vCPUs", "L-417A185B"),
        ("EC2", ("p5",), "EC2 P vCPUs", "L-417A185B"),
        ("SPOT", ("p3.2xlarge",), "EC2 Spot P vCPUs", "L-7212CCBC"),
        ("SPOT", ("p5.48xlarge",), "EC2 Spot P5 vCPUs", "L-C4BD4855"),
        ("EC2", ("trn1",), "EC2 Trn vCPUs", "L-2C3B7624"),
        ("EC2", ("inf2.xlarge",), "EC2 Inf vCPUs", "L-1945791B"),
        ("SPOT", ("dl1.24xlarge",), "EC2 Spot DL vCPUs", "L-85EED4F7"),
        ("EC2", ("u-6tb1.metal",), "EC2 High Memory vCPUs", "L-43DA4232"),
        ("EC2", ("hpc7a",), "EC2 HPC vCPUs", "L-F7808C92"),
        ("EC2", ("x2idn.16xlarge",), "EC2 X vCPUs", "L-7295265B"),
    ],
)
def test_environments_of_other_families_count_against_the_quota_of_those(
    kind: str, types: tuple[str, ...], name: str, code: str
) -> None:
    there = {"computeEnvironments": [environment("special", kind, 96, types=types)]}
    found = examine(Stubbed(answers(used=0, limit=0, **{"batch.describe_compute_environments": lambda **_: there})))
    [special] = [check for check in found if "environments may have 96" in check.found]
    assert (special.name, special.verdict) == (name, Verdict.BROKEN)
    assert f"--quota-code {code} --desired-value 96" in (special.fix or "")


def test_an_environment_counts_against_each_quota_of_which_it_may_start_instances() -> None:
    there = {"computeEnvironments": [environment("mixed", "EC2", 64, types=("optimal", "i4i", "d3", "g5", "mac2"))]}
    found = examine(Stubbed(answers(**{"batch.describe_compute_environments": lambda **_: there})))
    counted = [check.name for check in found if "environments may have 64" in check.found]
    assert counted == ["EC2 standard vCPUs", "EC2 G and VT vCPUs"]


def test_what_the_identity_has_no_right_to_ask_is_not_known_and_the_rest_is_told() -> None:
    given = answers()
    del given["service-quotas.get_service_quota"], given["ssm.get_parameter"]
    found = examine(Stubbed(given))
    assert verdicts(found)["bootstrap"] is Verdict.UNKNOWN
    assert verdicts(found)["quotas"] is Verdict.UNKNOWN
    assert verdicts(found)["job queues"] is Verdict.OK
    [told] = [check.found for check in found if check.name == "bootstrap"]
    assert told == "not authorized to perform: ssm:GetParameter (AccessDeniedException)"


def test_credentials_that_have_expired_are_broken_and_nothing_else_is_asked() -> None:
    expired = {"sts.get_caller_identity": refusing("ExpiredToken", "The security token included is expired")}
    found = examine(Stubbed(expired))
    assert verdicts(found) == {"credentials": Verdict.BROKEN, "Node": Verdict.OK, "account": Verdict.UNKNOWN}
    assert found[0].found.endswith("the credentials have expired, renew them, as by `aws sso login`")


def test_the_screen_has_a_line_for_each_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, snapshot: SnapshotAssertion
) -> None:
    environments = {
        "computeEnvironments": [environment("spot", "SPOT", 256), environment("old", "EC2", 8, status="INVALID")]
    }
    given = answers(limit=64, **{"batch.describe_compute_environments": lambda **_: environments})
    monkeypatch.setattr(Account, "open", lambda **_: Stubbed(given))
    for columns in ("80", "120"):
        result = CliRunner().invoke(main, ["doctor"], env={"COLUMNS": columns, "TTY_COMPATIBLE": "1", "TERM": "xterm"})
        assert result.exit_code == 1
        assert stable(result.output) == snapshot(name=columns)
