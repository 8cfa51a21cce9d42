"""Every shape of docs/several-stacks.md runs, and a job of another stack changes while its workflows use it."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from constructs_lib.local.apps.assembly import Assembly, load
from constructs_lib.local.apps.synthesis import synthesize
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.runs.execution import Execution
from constructs_lib.local.runs.outcome import Outcome
from tests.conftest import Once

pytestmark = pytest.mark.local


@pytest.fixture(scope="module")
def assembly(once: Once) -> Assembly:
    here = Path(__file__).parent
    app = f"{sys.executable} {here / 'several_stacks.py'}"
    return load(once("several_stacks.out", lambda output: synthesize(output, app, here.parents[1])))


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    with EmbeddedAws(tmp_path_factory.mktemp("run")) as made:
        yield made


def run(aws: EmbeddedAws, assembly: Assembly, *names: str) -> Outcome:
    """Deploy stacks in this order and run the state machine of the last one."""
    for name in names:
        deployed = aws.deploy(assembly.stack(name))
    [machine] = [arn for kind, arn in deployed.resources.values() if kind == "AWS::StepFunctions::StateMachine"]
    outcome = Execution(aws, machine, {"items": ["a", "b", "c"]}).wait()
    assert outcome.succeeded, (outcome.error, outcome.cause)
    assert aws.iam.denials == []
    return outcome


def printed(outcome: Outcome) -> set[str]:
    return {job.log.read_text() for job in outcome.jobs if job.log}


def test_a_workflow_uses_the_queue_of_another_stack(aws: EmbeddedAws, assembly: Assembly) -> None:
    assert printed(run(aws, assembly, "Queues", "Maps")) == {"rendered\n"}


def test_a_workflow_uses_the_job_of_another_stack_which_changes(
    aws: EmbeddedAws, assembly: Assembly, tmp_path: Path
) -> None:
    assert printed(run(aws, assembly, "Queues", "Jobs", "Scenes")) == {"rendered\n"}
    jobs = assembly.stack("Jobs")
    changed = tmp_path / "changed.json"
    changed.write_text(jobs.template_path.read_text().replace('"rendered"', '"rendered anew"'))
    aws.deploy(replace(jobs, template_path=changed))
    assert printed(run(aws, assembly, "Scenes")) == {"rendered anew\n"}


@pytest.mark.parametrize("stage", ["Dev", "Prod"])
def test_each_stage_has_stacks_of_its_own(aws: EmbeddedAws, assembly: Assembly, stage: str) -> None:
    assert printed(run(aws, assembly, f"{stage}-Queues", f"{stage}-Jobs", f"{stage}-Scenes")) == {"rendered\n"}


def test_a_queue_and_a_job_are_imported(aws: EmbeddedAws, assembly: Assembly) -> None:
    assert printed(run(aws, assembly, "TheirQueues", "TheirJobs", "Ours")) == {"rendered\n"}
