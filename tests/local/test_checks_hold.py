"""What the rules of constructs_lib.checks say happens: their own examples are deployed and started.

The wrong example gets as far as AWS lets it, and AWS says why; the right one ends well.
"""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from botocore.exceptions import ClientError

from constructs_lib.checks.checking import find
from constructs_lib.checks.model.files import read_template
from constructs_lib.checks.rules import rules
from tests.local.proving_ground import Behavior, Ground, Seen, Stage, completed, example, of, opened

pytestmark = pytest.mark.local

_MISCONFIGURED = "MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE - CE(s) associated with the job queue cannot meet"
_FARGATE = "Type: FARGATE, SecurityGroupIds: [sg-1]"
_TOO_LARGE = "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT - The job resource requirement (vCPU/memory/GPU) is higher"

SEEN: Final[dict[str, tuple[Stage, str]]] = {
    "CHECK101": ("placement", _TOO_LARGE),
    "CHECK102": ("placement", _MISCONFIGURED),
    "CHECK103": ("submit", "is in DISABLED state, it takes no new jobs."),
    "CHECK104": ("submit", "Compute Environment that can not run Jobs with capability FARGATE"),
    "CHECK105": ("deployment", "Fargate resource requirements (1.00 vCPU, 1024 MiB) not valid."),
    "CHECK106": ("submit", "Multi-node parallel jobs aren't supported on compute environments that use Spot Instances"),
    "CHECK107": ("deployment", "Instance type can only be one of [m5.12xlarge, m5.16xlarge"),
    "CHECK108": ("submit", "shareIdentifier must be specified."),
    "CHECK109": ("submit", "can only be submitted to job queue with fair share scheduling policy."),
    "CHECK110": ("placement", ""),
    "CHECK113": ("submit", "Either schedulingPriority in job definition or schedulingPriorityOverride should be"),
    "CHECK114": ("deployment", "arm-based instance type cannot be used with other instance types."),
    "CHECK115": ("deployment", "must share the same architecture."),
    "CHECK116": ("deployment", "Instance type can only be one of ["),
    "CHECK117": ("placement", ""),
    "CHECK118": ("deployment", "executionRoleArn is required for Fargate."),
    "CHECK119": ("deployment", "GPU is not applicable for Fargate."),
    "CHECK120": ("deployment", "ephemeralStorage must be between 21 and 200 GiB, got 201"),
    "CHECK201": ("deployment", "Number of compute environments must be at most 3, got 4"),
    "CHECK202": ("deployment", "EC2 and Fargate compute environments cannot be mixed in a job queue."),
    "CHECK203": ("submit", "Array size must be between 2 and 10000, got 10001"),
    "CHECK204": ("deployment", "RetryAttempts must be between 1 and 10, got 11"),
    "CHECK205": ("deployment", "attemptDurationSeconds must be at least 60, got 30"),
    "CHECK206": ("deployment", "Environment variable AWS_BATCH_SIZE is not valid"),
    "CHECK207": ("deployment", "Field 'ResultPath' is not supported at /States/Begin"),
    "CHECK208": ("deployment", "Field 'Output' is not supported at /States/Begin"),
    "CHECK209": ("deployment", "The resource provided arn:aws:states:::sns:publish.sync is not recognized."),
    "CHECK211": ("deployment", "maxTimeSeconds must be between 600 and 86400, got 60"),
    "CHECK212": ("run", "Container Overrides length must be at most 8192"),
    "CHECK213": ("deployment", "Job definition size must be less than 24 KiB"),
    "CHECK214": ("submit", "Job size must be less than 30 KiB"),
    "CHECK215": ("deployment", "Member must have length less than or equal to 1048576"),
    "CHECK216": ("execution", "States.DataLimitExceeded"),
    "CHECK218": ("submit", "type SEQUENTIAL is for array jobs"),
    "CHECK219": ("submit", "type N_TO_N needs arrays of the same size"),
    "CHECK220": ("submit", "Tag key aws:project: the prefix aws: is reserved"),
    "CHECK222": ("execution", "States.DataLimitExceeded"),
    "CHECK225": ("deployment", "Express state machine does not support '.sync' service integration"),
    "CHECK226": ("deployment", "nodeRangeProperties must have all nodes, node 3 is missing."),
    "CHECK227": ("submit", "ecsPropertiesOverride is not applicable for a job definition with containerProperties."),
    "CHECK228": ("submit", "Container overrides should not be set for ecsProperties jobs."),
    "CHECK229": ("deployment", "An asterisk (*) is allowed at the end only."),
    "CHECK230": ("submit", "Job name should match valid pattern"),
    "CHECK607": ("submit", "is not authorized to perform: batch:SubmitJob on resource"),
    "CHECK609": ("submit", "is not authorized to perform: batch:TagResource on resource"),
    "CHECK610": ("deployment", "is not authorized to create managed-rule."),
    "CHECK621": ("run", "ECS was unable to assume the role"),
}
"""How far the wrong example of a rule gets, and the words of AWS there."""
BY_TESTS: Final = {
    *("CHECK210", "CHECK217", "CHECK221", "CHECK224"),
    *("CHECK601", "CHECK602", "CHECK604", "CHECK605", "CHECK606", "CHECK619"),
}
"""Rules whose examples need a list, another call or more time: a test of its own shows what comes of them."""
BY_WARNINGS: Final = {"CHECK223", "CHECK608", "CHECK611", "CHECK615", "CHECK616", "CHECK617"}
"""Rules whose wrong example ends well: test_warnings_hold.py shows what it leads to."""
NOT_SHOWN: Final = {
    "CHECK111": "jobs are processes of this machine, for whichever processor their image is",
    "CHECK112": "AWS takes the job, and the weights of shares are shown in tests/conformance/test_batch_scheduling.py",
    "CHECK603": "jobs are no containers here, so that none has the rights of its host",
    "CHECK612": "jobs are no containers here, and none is of another user than who runs the tests",
    "CHECK613": "tasks have no addresses here, and cost nothing",
    "CHECK614": "nothing of the internet reaches an environment here",
    "CHECK620": "instances are no machines here, and register with their cluster by no call",
}
"""Rules that nothing of an embedded AWS shows, and why."""

KNOWN: Final = {*SEEN, *BY_TESTS, *BY_WARNINGS, *NOT_SHOWN}

BEHAVIOR: Final = Behavior()


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with opened(tmp_path_factory.mktemp("aws"), BEHAVIOR) as made:
        yield made


@pytest.mark.parametrize("code", SEEN)
def test_the_wrong_example_gets_no_further_than_the_rule_says(ground: Ground, code: str) -> None:
    seen = ground.see(example(code, "wrong"))
    stage, words = SEEN[code]
    assert seen.stage == stage, seen.words
    assert words in seen.words
    assert words or not seen.words


@pytest.mark.parametrize("code", [*SEEN, "CHECK604", "CHECK605"])
def test_the_right_example_ends_well(ground: Ground, code: str) -> None:
    assert ground.see(example(code, "right")) == Seen("end")


@pytest.mark.parametrize(
    ("code", "change", "expected"),
    [
        ("CHECK101", ("Value: '7168'}", "Value: '7168'}, {Type: GPU, Value: '1'}"), ("placement", _TOO_LARGE)),
        ("CHECK101", ("Value: '1'", "Value: '4'"), ("placement", _TOO_LARGE)),
        ("CHECK102", ("MaxvCpus: 8", "MaxvCpus: 7"), ("placement", _MISCONFIGURED)),
        ("CHECK103", ("Type: MANAGED", "Type: MANAGED\n      State: DISABLED"), ("placement", "")),
        (
            "CHECK119",
            ("Image: busybox", "Image: busybox\n        Privileged: true"),
            ("deployment", "privileged is not"),
        ),
        ("CHECK119", ("Image: busybox", "Image: busybox\n        Vcpus: 1"), ("deployment", "vcpus is not applicable")),
        ("CHECK104", ("Type: EC2, AllocationStrategy: BEST_FIT_PROGRESSIVE", _FARGATE), ("submit", "capability EC2")),
    ],
)
def test_neighbours_of_the_examples_are_found_and_get_no_further(
    ground: Ground, tmp_path: Path, code: str, change: tuple[str, str], expected: tuple[Stage, str]
) -> None:
    text = of(code).example.with_value(of(code).example.right)
    assert text.count(change[0]) == 1
    path = tmp_path / "template.yaml"
    path.write_text(text.replace(*change))
    assert code in {finding.rule.id for finding in find([read_template(path)])}
    seen = ground.see(completed(path.read_text()))
    assert seen.stage == expected[0], seen.words
    assert expected[1] in seen.words


def test_a_fixed_revision_is_refused_once_the_stack_has_replaced_it(ground: Ground) -> None:
    expected = {"wrong": "JobDefinition name sheets-wrong:3 does not exist or is not in ACTIVE status", "right": ""}
    for value, refusal in expected.items():
        name = f"sheets-{value}"
        template = json.loads(json.dumps(example("CHECK210", value)).replace("charts", name))
        properties = template["Resources"]["Job"]["Properties"]
        for _ in range(2):  # so that the stack makes the third
            container = {"image": "busybox", "vcpus": 1, "memory": 512}
            ground.batch.register_job_definition(
                jobDefinitionName=name, type="container", containerProperties=container
            )
        with ground.deployed(template) as stack:
            assert ground.start(stack, template) == Seen("end")
            properties["ContainerProperties"]["Command"] = ["true"]
            ground.update(stack, template)
            seen = ground.start(stack, template)
        assert (seen.stage, refusal in seen.words) == ("submit" if refusal else "end", True), seen


def test_a_list_of_one_item_is_no_array_unless_a_choice_comes_before(ground: Ground) -> None:
    wrong, right = example("CHECK217", "wrong"), example("CHECK217", "right")
    seen = ground.see(wrong, items=["one"])
    assert (seen.stage, "Array size must be between 2 and 10000, got 1" in seen.words) == ("submit", True), seen
    assert [ground.see(right, items=["one"] * size) for size in (0, 1, 2)] == [Seen("end")] * 3


def test_an_inline_map_runs_forty_items_at_once_whatever_it_is_asked_for(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BEHAVIOR, "seconds", timedelta(hours=1).total_seconds())
    for value in ("wrong", "right"):
        before = ground.aws.batch.submitted()
        ground.see(example("CHECK224", value), items=[*range(45)])
        assert ground.aws.batch.submitted() - before == 40


def test_a_map_of_thousands_of_jobs_fills_the_history(ground: Ground) -> None:
    seen = ground.see(example("CHECK221", "wrong"), meanwhile=timedelta(hours=12))
    assert seen.stage == "execution"
    assert "The execution reached the maximum number of history events (25000)." in seen.words


def test_who_may_do_all_of_batch_may_close_a_queue(ground: Ground) -> None:
    with ground.deployed(example("CHECK601", "wrong")):
        batch = ground.of_role("submitter", "batch")
        batch.update_job_queue(jobQueue="charts", state="DISABLED")
        batch.update_job_queue(jobQueue="charts", state="ENABLED")
    with ground.deployed(example("CHECK601", "right")):
        with pytest.raises(ClientError, match="is not authorized to perform: batch:UpdateJobQueue"):
            batch.update_job_queue(jobQueue="charts", state="DISABLED")
        assert batch.submit_job(jobName="submit", jobQueue="charts", jobDefinition="charts")["jobId"]


def test_who_may_pass_any_role_may_run_jobs_with_it(ground: Ground) -> None:
    def register(role: str) -> str:
        container = {
            "image": "busybox",
            "vcpus": 1,
            "memory": 512,
            "jobRoleArn": f"arn:aws:iam::123456789012:role/{role}",
        }
        made = batch.register_job_definition(
            jobDefinitionName="passing", type="container", containerProperties=container
        )
        return str(made["jobDefinitionName"])

    with ground.deployed(example("CHECK602", "wrong")):
        batch = ground.of_role("submitter", "batch")
        assert register("machine") == "passing"
    with ground.deployed(example("CHECK602", "right")):
        assert register("job") == "passing"
        with pytest.raises(ClientError, match=r"iam:PassRole on resource: arn:aws:iam::123456789012:role/machine"):
            register("machine")


@pytest.mark.parametrize(("value", "shown"), [("wrong", "hunter2"), ("right", "")])
def test_who_may_describe_definitions_reads_their_variables(ground: Ground, value: str, shown: str) -> None:
    with ground.deployed(example("CHECK604", value)) as stack:
        job = ground.resources(stack)["Job"]
        [definition] = ground.batch.describe_job_definitions(jobDefinitions=[job])["jobDefinitions"]
    assert definition["containerProperties"]["environment"] == [{"name": "DB_PASSWORD", "value": shown}]


@pytest.mark.parametrize(("value", "vcpus"), [("wrong", 4), ("right", 0)])
def test_an_environment_wants_its_least_vcpus_before_there_is_a_job(ground: Ground, value: str, vcpus: int) -> None:
    with ground.deployed(example("CHECK605", value)) as stack:
        arn = ground.resources(stack)["Environment"]
        [found] = ground.batch.describe_compute_environments(computeEnvironments=[arn])["computeEnvironments"]
    assert found["computeResources"]["desiredvCpus"] == vcpus


@pytest.mark.parametrize(("value", "days"), [("wrong", None), ("right", 30)])
def test_a_log_group_says_how_long_it_keeps_its_logs(ground: Ground, value: str, days: int | None) -> None:
    with ground.deployed(example("CHECK606", value)) as stack:
        name = ground.resources(stack)["Logs"]
        [found] = ground.aws.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    assert found.get("retentionInDays") == days


def test_a_job_whose_execution_role_may_make_no_log_stream_does_not_start(ground: Ground) -> None:
    ground.aws.client("logs").create_log_group(logGroupName="charts")
    found = []
    for value in ("wrong", "right"):
        template = example("CHECK619", value)
        container = template["Resources"]["Job"]["Properties"]["ContainerProperties"]
        container["LogConfiguration"] = {"LogDriver": "awslogs", "Options": {"awslogs-group": "charts"}}
        found.append(ground.see(template))
    assert found[0].stage == "run"
    assert "ResourceInitializationError: failed to validate logger args" in found[0].words
    assert found[1] == Seen("end")


def test_rules_that_are_new_here_are_seen_all_the_same(ground: Ground) -> None:
    missing = []
    for rule in rules():
        if rule.id in KNOWN or not re.match("CHECK[126]", rule.id):
            continue
        wrong, right = (ground.see(example(rule.id, value)) for value in ("wrong", "right"))
        if right != Seen("end") or wrong == right:
            missing.append(rule.id)
    if missing:
        pytest.skip(f"{', '.join(missing)}: what they say happens is seen by a test of its own only, which is missing")


def test_what_is_not_shown_is_a_rule_and_has_a_reason() -> None:
    assert {*NOT_SHOWN} <= {rule.id for rule in rules()}
    assert all(NOT_SHOWN.values())
