"""The fixture with what users bring: jobs without a state machine, own input, data, and new versions of a stack."""

from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, CfnOutput
from aws_cdk import aws_s3 as s3

from constructs_lib.testing.local_aws import DeployedStack, LocalAws
from tests.local.own_jobs import Jobs, Machines

pytestmark = pytest.mark.local


@pytest.fixture(scope="module")
def jobs(local_aws: LocalAws) -> DeployedStack:
    return local_aws.deploy(Jobs(App(analytics_reporting=False), "Jobs"))


@pytest.fixture(scope="module")
def machines(local_aws: LocalAws) -> DeployedStack:
    return local_aws.deploy(Machines(App(analytics_reporting=False), "Machines"))


@pytest.mark.parametrize("name", ["Say", "Tools/Say", "Jobs/Tools/Say", "ToolsSay", "say-it", "say"])
def test_a_job_is_submitted_without_a_state_machine_by_what_it_is_called(jobs: DeployedStack, name: str) -> None:
    outcome = jobs.submit(name, env={"NAME": "Ada"}).wait()
    assert outcome.succeeded
    [job] = outcome.jobs
    assert (job.name, job.text, job.index, job.attempts) == ("Say", "hello Ada\n", None, 1)
    assert (job.queue, job.environment["NAME"]) == (jobs.physical_id("Queue"), "Ada")


def test_its_log_stream_is_that_of_cloudwatch_logs(jobs: DeployedStack, local_aws: LocalAws) -> None:
    [job] = jobs.submit("Say", env={"NAME": "Bob"}).jobs
    assert job.log_stream
    events = local_aws.client("logs").get_log_events(logGroupName="/aws/batch/job", logStreamName=job.log_stream)
    assert [event["message"] for event in events["events"]] == ["hello Bob"]


def test_an_array_has_a_child_for_each_index_and_several_jobs_are_several(jobs: DeployedStack) -> None:
    array = jobs.submit("Say", array=3, count=2, env={"NAME": "x"}, wait=True)
    assert len(array.ids) == 2
    assert [(job.index, job.text) for job in array.jobs] == [(i, f"hello x {i}\n") for i in (0, 1, 2)] * 2
    assert array.succeeded


def test_a_job_that_fails_is_an_outcome(jobs: DeployedStack) -> None:
    failed = jobs.submit("Say", env={"CODE": "7"})
    assert (failed.succeeded, failed.status) == (False, "FAILED")
    assert [job.exit_code for job in failed.jobs] == [7]
    assert failed.wait().cause == "1 of 1 jobs failed"


def test_a_job_that_does_not_end_is_stopped(jobs: DeployedStack) -> None:
    slow = jobs.submit("Say", env={"PAUSE": "60"})
    with pytest.raises(TimeoutError, match=r"did not end within 0\.1 s"):
        slow.wait(timeout=0.1)
    assert slow.wait().jobs[0].reason == "stopped by whoever submitted it"


def test_what_there_is_not_is_told_with_what_there_is(jobs: DeployedStack, local_aws: LocalAws) -> None:
    with pytest.raises(LookupError, match=r"stack Jobs has no job definition 'Nope', it has: Read, Tools/Say"):
        jobs.submit("Nope")
    with pytest.raises(LookupError, match=r"no job queue is called 'Nope', there are: "):
        jobs.submit("Say", queue="Nope")
    with pytest.raises(LookupError, match=r"stack Jobs has no state machine: there is nothing to run"):
        jobs.run({})
    assert local_aws.denials == []


def test_jobs_find_the_data_that_was_put_there(jobs: DeployedStack, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name in ("a", "deep/b"):
        (tmp_path / name).write_text(name)
    seed = {"Bucket/scans": tmp_path, "Bucket/list.json": [1, 2]}
    [job] = jobs.submit("Read", seed=seed).jobs
    assert job.text.splitlines() == ["list.json", "scans/a", "scans/deep/b"]


def test_data_is_found_by_every_name_of_a_bucket(jobs: DeployedStack, local_aws: LocalAws) -> None:
    bucket = jobs.physical_id("Bucket")
    jobs.seed({f"{bucket}/by-name": "a", "Bucket/by-id": b"b", "elsewhere/new": {"c": 1}})
    s3_client = local_aws.client("s3")
    assert s3_client.get_object(Bucket=bucket, Key="by-name")["Body"].read() == b"a"
    assert s3_client.get_object(Bucket=bucket, Key="by-id")["Body"].read() == b"b"
    assert s3_client.get_object(Bucket="elsewhere", Key="new")["Body"].read() == b'{"c": 1}'
    with pytest.raises(LookupError, match=r"no bucket is called 'Nope'; the stacks have: Bucket"):
        jobs.seed({"Nope/x": "a"})


def test_a_machine_has_an_input_of_its_own(machines: DeployedStack, local_aws: LocalAws) -> None:
    outcome = machines.run({"person": {"name": "Eve"}}, state_machine="Greet")
    assert outcome.output == {"status": "SUCCEEDED"}
    assert [job.text for job in outcome.jobs] == ["hello Eve\n"]
    described = local_aws.client("stepfunctions").describe_execution(executionArn=outcome.arn)
    assert described["input"] == '{"person": {"name": "Eve"}}'


def test_a_machine_that_takes_nothing_is_given_nothing_also_in_a_nested_stack(machines: DeployedStack) -> None:
    assert machines.run(state_machine="Idle").output == {"done": True}
    with pytest.raises(LookupError, match=r"several state machines, name one with state_machine=: Greet, Inner.*Idle"):
        machines.run()


class Versions:
    """Versions of one stack, each in an app of its own."""

    def __init__(self, local_aws: LocalAws, name: str) -> None:
        self._local_aws, self._name = local_aws, name
        self.deployed = local_aws.deploy(self.make("one"))

    def make(self, word: str, pause: int = 0) -> Machines:
        stack = Machines(App(analytics_reporting=False), self._name, word=word, pause=pause)
        CfnOutput(stack, "Word", value=word)
        return stack


@pytest.fixture(scope="module")
def versions(local_aws: LocalAws) -> Versions:
    return Versions(local_aws, "Versions")


def greeting(stack: DeployedStack) -> str:
    [job] = stack.run({"person": {"name": "Ada"}}, state_machine="Greet").jobs
    return job.text


def test_what_is_deployed_again_is_updated(versions: Versions, local_aws: LocalAws) -> None:
    assert greeting(versions.deployed) == "one Ada\n"
    again = local_aws.deploy(versions.make("two"))
    assert greeting(again) == "two Ada\n"
    assert again is versions.deployed, "whoever has it sees the new one"
    assert versions.deployed.outputs["Word"] == "two"


def test_a_stack_that_was_changed_after_it_was_synthesized_is_deployed_as_it_is_now(local_aws: LocalAws) -> None:
    stack = Jobs(App(analytics_reporting=False), "Changed")
    deployed = local_aws.deploy(stack)
    s3.Bucket(stack, "Another")
    assert local_aws.deploy(stack).physical_id("Another") == deployed.physical_id("Another")


def test_a_template_has_versions_too(local_aws: LocalAws) -> None:
    def template(name: str) -> dict[str, Any]:
        return {"Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": name}}}}

    stack = local_aws.deploy(template("one"), name="Topics")
    assert stack.deploy(template("two")) is stack
    topic = local_aws.client("sns").get_topic_attributes(TopicArn=stack.physical_id("Topic"))
    assert topic["Attributes"]["DisplayName"] == "two"


def test_a_new_version_has_the_same_name(versions: Versions) -> None:
    with pytest.raises(ValueError, match=r"stack Versions: its new version is called 'Other': give it the same name"):
        versions.deployed.deploy(Jobs(App(analytics_reporting=False), "Other"))


def test_an_execution_goes_on_as_it_began_while_its_stack_is_deployed(versions: Versions) -> None:
    stack = versions.deployed.deploy(versions.make("before", pause=3))
    running = stack.start({"person": {"name": "Ada"}}, state_machine="Greet")
    stack.deploy(versions.make("after"))
    assert greeting(stack) == "after Ada\n"
    ended = running.wait(timeout=60)
    # Its next step submits the revision that the deployment has deregistered: what happens in AWS, seen before.
    assert (ended.status, ended.jobs[1:]) == ("FAILED", [])
    assert "say-it:" in str(ended.cause)
