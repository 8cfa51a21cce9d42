"""ps, status, submit, stop, scale and doctor against an embedded AWS: what they do, and what they print."""

import json
from collections.abc import Iterator

import pytest
from syrupy.assertion import SnapshotAssertion

from constructs_lib.local.apps.assembly import Assembly
from constructs_lib.local.faults import ExitCode, FaultPlan
from constructs_lib.ops.commands import confirm
from tests.local.operated import Operated, operated
from tests.local.screens import Screens

pytestmark = pytest.mark.local


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory, assembly: Assembly) -> Iterator[Operated]:
    """One with a busy queue, one where nothing can start, and an idle one."""
    with operated(tmp_path_factory.mktemp("operated")) as made:
        made.environment("place", 4)
        made.environment("small", 1)
        made.queue("nightly", "place", "small", priority=10)
        made.queue("weekly", "small", priority=1)
        made.environment("own", 16)
        made.queue("idle", "own")
        made.definition("work")
        made.definition("large", vcpus=2, mebibytes=4096)
        made.aws.deploy(assembly.stack("Pipelines"))
        yield made


@pytest.fixture(scope="module")
def screens(here: Operated) -> Screens:
    return Screens(here.aws)


def test_ps_shows_queues_and_their_jobs_by_state_and_age(
    here: Operated, screens: Screens, snapshot: SnapshotAssertion
) -> None:
    with here.clock.working():
        for number in range(4):
            here.submit(f"forever-{number}")
        array = here.submit("forever-array", arrayProperties={"size": 10})
        here.pass_time(600)
        late = here.submit("late")
        stuck = here.submit("large", "weekly", "large")
        here.pass_time(3_600)
    for queue in ("nightly", "weekly"):
        assert screens.at_widths("ps", queue) == snapshot

    found = json.loads(screens.call("ps", "nightly", "--json").stdout)
    [queue] = found["queues"]
    counts = {count["state"]: count["jobs"] for count in queue["jobs"]}
    assert (counts["RUNNABLE"], counts["RUNNING"], counts["PENDING"]) == (10, 5, 0)
    oldest = {count["state"]: count["oldest"] for count in queue["jobs"]}
    assert oldest["RUNNABLE"] == {
        "id": array,
        "name": "forever-array",
        "since": "2027-01-15T08:00:00.000Z",
        "reason": None,
    }
    assert {item["name"] for item in found["environments"]} == {"place", "small"}
    [cut] = json.loads(screens.call("ps", "nightly", "--json", "--limit", "3").stdout)["queues"]
    assert {count["state"] for count in cut["jobs"] if count["hasMore"]} == {"RUNNING"}
    # Three jobs of the list, and the child of the array that runs beside them.
    assert "\tRUNNING\t4+\tover 1 h 10 min\t" in screens.shown("ps", "nightly", "--limit", "3")
    [weekly] = json.loads(screens.call("ps", "weekly", "--json").stdout)["queues"]
    assert [item["job"]["id"] for item in weekly["stuck"]] == [stuck]
    for job in (late, stuck):
        here.batch.terminate_job(jobId=job, reason="the end of the test")


def test_status_shows_an_execution_its_stages_its_jobs_and_what_failed_last(
    here: Operated, screens: Screens, snapshot: SnapshotAssertion
) -> None:
    submit = {"JobQueue": "idle", "JobDefinition": "work"}
    machine = here.machine(
        "Nightly",
        {
            "Load": _task("submitJob.sync", JobName="load", **submit),
            "Render": _task("submitJob.sync", JobName="forever", ArrayProperties={"Size": 3}, **submit),
        },
    )
    here.be_at(100_000)
    with here.aws.faults.during(FaultPlan([ExitCode(3, index=1)])), here.clock.working():
        arn = here.start(machine, "monday", {"day": "monday"})
        here.pass_time(240)
    assert screens.at_widths("status", "Nightly") == snapshot
    found = json.loads(screens.call("status", "Nightly:monday", "--json").stdout)
    assert (found["arn"], found["status"], found["inputBytes"]) == (arn, "RUNNING", 17)
    assert found["jobs"] == {"RUNNING": 2, "SUCCEEDED": 1, "FAILED": 1}
    assert [(stage["name"], stage["status"]) for stage in found["stages"]] == [
        ("Load", "SUCCEEDED"),
        ("Render", "RUNNING"),
    ]
    [failure] = found["failures"]
    assert (failure["index"], failure["exitCode"]) == (1, 3)
    assert screens.at_widths("status", failure["job"]) == snapshot
    here.states.stop_execution(executionArn=arn)


def test_status_of_a_fan_out_has_its_summary(here: Operated, screens: Screens, snapshot: SnapshotAssertion) -> None:
    here.be_at(200_000)
    with here.aws.faults.during(FaultPlan([ExitCode(3, index=(1, 3))])), here.clock.working():
        machine = here.deployed("AnswerArrayFanOut")
        here.start(machine, "tuesday", {"items": list(range(6))})
        here.pass_time(3_600)
    assert screens.at_widths("status", "tuesday") == snapshot


def test_jobs_are_submitted_with_all_that_they_are_given(here: Operated, screens: Screens) -> None:
    policy = here.batch.create_scheduling_policy(name="fair", fairsharePolicy={"shareDistribution": []})["arn"]
    here.queue("shared", "own", schedulingPolicyArn=policy)
    first = screens.call("submit", "work", "--queue", "idle", "--array", "2", "--name", "forever-first")
    assert first.exit_code == 0, first.output
    [parent] = first.stdout.split()
    options = ["--queue", "shared", "--share", "blue", "--priority", "7", "--env", "SIZE=large"]
    options += ["--parameter", "day=monday", "--array", "2", "--depends-on", f"{parent}:N_TO_N"]
    result = screens.call("submit", "work:1", *options, "--json")
    assert result.exit_code == 0, result.output
    [submitted] = json.loads(result.stdout)
    [job] = here.batch.describe_jobs(jobs=[submitted["id"]])["jobs"]
    assert (submitted["name"], job["jobName"]) == ("work", "work")
    assert job["dependsOn"] == [{"jobId": parent, "type": "N_TO_N"}]
    assert job["container"]["environment"] == [{"name": "SIZE", "value": "large"}]
    assert (job["parameters"], job["schedulingPriority"]) == ({"day": "monday"}, 7)
    assert job["shareIdentifier"] == "blue"
    assert job["arrayProperties"]["size"] == 2
    one_by_one = screens.call(
        "submit", "work", "--queue", "idle", "--array", "2", "--depends-on", "SEQUENTIAL", "--json"
    )
    [sequential] = json.loads(one_by_one.stdout)
    assert here.batch.describe_jobs(jobs=[sequential["id"]])["jobs"][0]["dependsOn"] == [{"type": "SEQUENTIAL"}]
    for job_id in (parent, submitted["id"], sequential["id"]):
        here.batch.terminate_job(jobId=job_id, reason="the end of the test")


def test_a_job_that_is_waited_for_decides_the_exit_code(screens: Screens, snapshot: SnapshotAssertion) -> None:
    good = screens.call("submit", "work", "--queue", "idle", "--count", "2", "--wait")
    assert (good.exit_code, len(good.stdout.split())) == (0, 2), good.output
    assert "2 SUCCEEDED" in good.stderr
    assert screens.at_widths("submit", "work", "--queue", "idle") == snapshot
    bad = screens.call("submit", "work", "--queue", "idle", "--name", "bad", "--wait", "--json")
    assert bad.exit_code == 1
    [ended] = json.loads(bad.stdout)
    assert (ended["status"], ended["failure"]["exitCode"]) == ("FAILED", 3)
    assert f"{ended['id']} bad: Essential container in task exited" in bad.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["wrok", "--queue", "idle"], 2, "Did you mean work?"),
        (["work"], 2, "name the job queue with --queue"),
        (["work", "--queue", "none"], 2, "no job queue or stack 'none'"),
        (["work", "--queue", "idle", "--depends-on", "SEQUENTIAL"], 1, "give its size, too"),
        (["work", "--queue", "idle", "--name", "a b"], 1, "letters, digits, - and _"),
        (["work", "--queue", "idle", "--env", "AWS_BATCH_X=1"], 1, "AWS_BATCH"),
        (["work", "--queue", "idle", "--share", "a"], 1, "shareIdentifier"),
    ],
)
def test_a_job_that_cannot_be_submitted_is_told_why(
    screens: Screens, arguments: list[str], code: int, message: str
) -> None:
    result = screens.call("submit", *arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_an_execution_is_stopped_with_the_jobs_that_it_would_leave_running(
    here: Operated, screens: Screens, snapshot: SnapshotAssertion
) -> None:
    submit = {"JobQueue": "idle", "JobDefinition": "work"}
    inner = here.machine("Inner", {"Work": _task("submitJob.sync", JobName="forever-inner", **submit)})
    begin = {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution"}
    machine = here.machine(
        "Outer",
        {
            "Leave": _task("submitJob", JobName="forever-left", **submit),
            "Begin": {**begin, "Arguments": {"StateMachineArn": inner, "Input": {}}},
            "Work": _task("submitJob.sync", JobName="forever-array", ArrayProperties={"Size": 3}, **submit),
        },
    )
    arn = here.start(machine, "monday")
    here.pass_time(60)
    refused = screens.call("stop", "Outer:monday")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert (
        "Stop execution Outer:monday, 1 other execution that it has started and 5 jobs (5 RUNNING)?" in refused.stderr
    )
    assert screens.at_widths("stop", "Outer:monday") == snapshot
    assert here.states.describe_execution(executionArn=arn)["status"] == "RUNNING"
    done = screens.call("stop", "Outer:monday", "--yes", "--reason", "wrong input", "--json")
    assert done.exit_code == 0, done.output
    stopped = json.loads(done.stdout)
    assert (stopped["executions"][0], len(stopped["executions"]), len(stopped["jobs"])) == (arn, 2, 3)
    here.pass_time(60)
    for execution in stopped["executions"]:
        described = here.states.describe_execution(executionArn=execution)
        assert (described["status"], described["cause"]) == ("ABORTED", "wrong input")
    jobs = here.batch.describe_jobs(jobs=stopped["jobs"])["jobs"]
    assert [job["status"] for job in jobs] == ["FAILED"] * 3
    again = screens.call("stop", "Outer:monday", "--yes")
    assert (again.exit_code, again.stdout) == (0, "")
    assert "there is nothing to stop: execution Outer:monday has ended" in again.stderr


def test_the_jobs_of_a_distributed_map_are_stopped_with_it(here: Operated, screens: Screens) -> None:
    submit = {"JobName": "forever-batch", "JobQueue": "idle", "JobDefinition": "work"}
    one = {**_task("submitJob", **submit), "Next": "Wait"}
    wait = {**_task("submitJob.sync", **submit), "End": True}
    processor = {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "One",
        "States": {"One": one, "Wait": wait},
    }
    machine = here.machine("Spread", {"Each": {"Type": "Map", "Items": [1, 2, 3], "ItemProcessor": processor}})
    here.start(machine, "monday")
    here.pass_time(60)
    done = screens.call("stop", "Spread:monday", "--yes", "--json")
    assert done.exit_code == 0, done.output
    jobs = json.loads(done.stdout)["jobs"]
    assert len(jobs) == 6
    here.pass_time(60)
    assert {job["status"] for job in here.batch.describe_jobs(jobs=jobs)["jobs"]} == {"FAILED"}


def test_all_jobs_of_a_queue_are_stopped_once_somebody_has_said_yes(
    here: Operated, screens: Screens, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.environment("two", 2)
    here.queue("stopped", "two")
    ids = [here.submit(f"forever-{number}", "stopped") for number in range(120)]
    ids.append(here.submit("forever-array", "stopped", arrayProperties={"size": 30}))
    here.pass_time(60)
    monkeypatch.setattr(confirm, "is_asked", lambda: True)
    question = "Stop 150 jobs (148 RUNNABLE, 2 RUNNING) of the queue stopped? [y/N]: "
    no = screens.call("stop", "--queue", "stopped", standard_input="n\n")
    assert (no.exit_code, no.stdout) == (1, "")
    assert question in no.stderr
    assert "nothing was done" in no.stderr
    yes = screens.call("stop", "--queue", "stopped", standard_input="y\n")
    assert yes.exit_code == 0, yes.output
    assert yes.stdout.startswith("ended 150 jobs in ")
    here.pass_time(60)
    for first in range(0, len(ids), 100):
        jobs = here.batch.describe_jobs(jobs=ids[first : first + 100])["jobs"]
        assert {job["status"] for job in jobs} == {"FAILED"}


def test_what_others_wrote_commands_no_terminal(here: Operated, screens: Screens) -> None:
    job = here.submit("forever-hostile", "idle")
    hostile = "\x1b]0;title\x07 \u202egnp.exe [red]bold[/] \n\tend"
    assert screens.call("stop", job, "--yes", "--reason", hostile).exit_code == 0
    here.pass_time(60)
    for columns in (None, 80):
        output = screens.call("status", job, columns=columns).output
        assert "\x1b]" not in output
        assert "\u202e" not in output
        assert "[red]bold[/]" in output
    assert screens.call("status", job).stdout.count("reason\t") == 1


def test_one_child_of_an_array_is_stopped_and_a_node_is_not(here: Operated, screens: Screens) -> None:
    array = here.submit("forever-array", "idle", arrayProperties={"size": 2})
    here.pass_time(60)
    assert screens.call("stop", f"{array}:1", "--yes").exit_code == 0
    here.pass_time(60)
    jobs = here.batch.describe_jobs(jobs=[f"{array}:0", f"{array}:1"])["jobs"]
    assert [job["status"] for job in jobs] == ["RUNNING", "FAILED"]
    assert jobs[1]["statusReason"] == "stopped with constructs-lib stop"
    assert screens.call("stop", array, "--yes").exit_code == 0
    node = screens.call("stop", f"{array}#0", "--yes")
    assert (node.exit_code, f"stop {array}" in node.stderr) == (1, True)
    unknown = screens.call("stop", "0fd1ec2c-8a8f-4a3b-b8ba-3b43dbd1ad11", "--yes")
    assert (unknown.exit_code, "forgets a job about a week" in unknown.stderr) == (2, True)


def test_a_raised_maximum_lets_jobs_start_and_says_before_how_many(
    here: Operated, screens: Screens, snapshot: SnapshotAssertion
) -> None:
    here.environment("four", 4)
    here.queue("scaled", "four")
    ids = [here.submit(f"forever-{number}", "scaled") for number in range(10)]
    here.pass_time(60)
    found = json.loads(screens.call("ps", "--json").stdout)
    in_use = {item["name"]: item["vcpusInUse"] for item in found["environments"]}
    assert (in_use["four"], in_use["place"]) == (4, None), "the queue of place has another one, too"
    refused = screens.call("scale", "four", "--max-vcpus", "8")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "scaled: 6 jobs are RUNNABLE, 4 of them could start" in refused.stderr
    assert "Change four: 4 → 8 vCPUs at most? There is nobody to ask" in " ".join(refused.stderr.split())
    assert screens.at_widths("scale", "four", "--max-vcpus", "20") == snapshot
    assert screens.shown("scale", "four", "--max-vcpus", "20", "--yes") == snapshot
    here.pass_time(60)
    states = [job["status"] for job in here.batch.describe_jobs(jobs=ids)["jobs"]]
    assert states == ["RUNNING"] * 10
    again = screens.call("scale", "four", "--max-vcpus", "20", "--yes")
    assert (again.exit_code, again.stdout) == (0, "four: at most 20 vCPUs\n")
    assert "four has these limits already" in again.stderr
    lower = json.loads(screens.call("scale", "four", "--max-vcpus", "2", "--yes", "--json").stdout)
    assert (lower["plan"]["room"], lower["now"]) == (0, {"maxvCpus": 2})
    none = screens.call("scale", "four", "--max-vcpus", "0", "--yes")
    assert (none.exit_code, none.stdout) == (0, "four: at most 0 vCPUs\n")
    assert "no job starts in four any more until its maximum is raised; those that run go on" in none.stderr
    late = here.submit("late", "scaled")
    here.pass_time(60)
    assert "the maximum of compute environment four is 0" in screens.call("why", late).stdout
    assert screens.call("stop", "--queue", "scaled", "--yes").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["four", "--min-vcpus", "1"], "four is on FARGATE, which starts what each job needs and has no minvCpus"),
        (["four"], "say what changes"),
        (["own-instances", "--max-vcpus", "8"], "own-instances is UNMANAGED"),
        (["machines", "--desired-vcpus", "4"], "AWS Batch takes them away by itself"),
        (["machines", "--desired-vcpus", "99"], "99 desired vCPUs are not between 8 and 16"),
        (["machines", "--min-vcpus", "32"], "would keep 32 vCPUs and may have 16 at most"),
    ],
)
def test_limits_that_aws_batch_refuses_are_refused_in_clear_words(
    here: Operated, screens: Screens, arguments: list[str], message: str
) -> None:
    if "machines" not in {item["computeEnvironmentName"] for item in _environments(here)}:
        here.batch.create_compute_environment(computeEnvironmentName="own-instances", type="UNMANAGED")
        here.instances("machines", 8, 16)
    result = screens.call("scale", *arguments, "--yes")
    assert (result.exit_code, result.stdout) == (1, "")
    assert message in result.stderr


def test_an_environment_of_a_stack_is_said_to_be_set_back(here: Operated, screens: Screens) -> None:
    assert here.aws.client("cloudformation").describe_stacks(StackName="Pipelines")
    result = screens.call("scale", "Pipelines", "--max-vcpus", "300", "--yes")
    assert result.exit_code == 0, result.output
    assert "is of stack Pipelines: a deployment that changes it sets it back" in result.stderr


def test_doctor_says_what_is_broken_and_what_cannot_be_known_here(here: Operated, screens: Screens) -> None:
    checks = {check["name"]: check for check in json.loads(screens.call("doctor", "--json").stdout)}
    assert {"credentials", "Node", "aws-cdk-lib", "CDK command", "container engine"} <= checks.keys()
    assert checks["bootstrap"] == {"name": "bootstrap", "verdict": "ok", "found": "version 100", "fix": None}
    assert checks["environments"]["verdict"] == "ok"
    assert (checks["quotas"]["verdict"], "is not emulated" in checks["quotas"]["found"]) == ("not known", True)
    here.batch.create_compute_environment(
        computeEnvironmentName="without-role", type="UNMANAGED", serviceRole="arn:aws:iam::123456789012:role/gone"
    )
    result = screens.call("doctor")
    assert result.exit_code == 1
    [line] = [line for line in result.stdout.splitlines() if line.startswith("broken")]
    assert line.startswith("broken\tenvironment without-role\tINVALID: CLIENT_ERROR - User: batch.amazonaws.com is not")
    assert "→ update or replace it" in line


def _environments(here: Operated) -> list[dict[str, str]]:
    found: list[dict[str, str]] = here.batch.describe_compute_environments()["computeEnvironments"]
    return found


def _task(resource: str, **arguments: object) -> dict[str, object]:
    return {"Type": "Task", "Resource": f"arn:aws:states:::batch:{resource}", "Arguments": arguments}
