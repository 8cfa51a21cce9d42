"""Random lists under random faults, by all strategies: nothing is lost, nothing is done twice, the account is true.

In virtual time, with the worker's own way to find an item. A few examples with every run of the tests, 500 of each with
`make nightly`.
"""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from constructs_lib.limits import STEP_FUNCTIONS_HISTORY_EVENTS, STEP_FUNCTIONS_PAYLOAD_BYTES
from constructs_lib.local.apps.assembly import Assembly
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.clocks.virtual_clock import VirtualClock
from constructs_lib.local.faults import (
    ExitCode,
    FaultPlan,
    Hang,
    LoseWorker,
    OutOfMemory,
    PullFailure,
    Reclaim,
    ThrottleSubmit,
)
from constructs_lib.local.runners.simulated import SimulatedRunner
from constructs_lib.local.runs.execution import Execution
from constructs_lib.local.scheduler.jobs.job import Status
from tests.local.simulated_worker import SimulatedWorker
from tests.properties import examples

pytestmark = pytest.mark.local

STRATEGIES = ["Map", "Array", "Distributed"]
THROTTLING = ["Batch.TooManyRequestsException", "Batch.BatchException", "Batch.AWSBatchException"]

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**14), 10**14) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=4,
)
LISTS = st.lists(JSON, max_size=30) | st.lists(st.text(min_size=200, max_size=400), min_size=30, max_size=60)


@st.composite
def plans(draw: st.DrawFn) -> FaultPlan:
    """A few faults, each of one item or of all, of the first attempt or of every one."""

    def of_item(kind: type, **options: Any) -> Any:
        chosen = draw(st.integers(0, 40) | st.none())
        where = {} if chosen is None else {"index": chosen}
        chance = draw(st.sampled_from([1.0, 0.5, 0.1]))
        return kind(**options, **where, attempt=draw(st.sampled_from([1, None])), probability=chance)

    def fault() -> Any:
        kind = draw(st.sampled_from([Reclaim, ExitCode, OutOfMemory, PullFailure, LoseWorker, Hang, ThrottleSubmit]))
        if kind is ThrottleSubmit:
            return ThrottleSubmit(times=draw(st.integers(1, 3)), error=draw(st.sampled_from(THROTTLING)))
        return of_item(kind, **({"code": draw(st.integers(1, 255))} if kind is ExitCode else {}))

    return FaultPlan([fault() for _ in range(draw(st.integers(0, 4)))], seed=draw(st.integers(0, 2**16)))


@pytest.fixture(scope="module")
def worker() -> SimulatedWorker:
    return SimulatedWorker()


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory, worker: SimulatedWorker) -> Iterator[EmbeddedAws]:
    clock = VirtualClock(1_800_000_000.0)
    runner = SimulatedRunner(worker, clock)
    with EmbeddedAws(tmp_path_factory.mktemp("run"), clock=clock, runner=runner) as made:
        yield made


@pytest.fixture(scope="module")
def machines(aws: EmbeddedAws, assembly: Assembly) -> dict[str, str]:
    """The state machines by their strategy."""
    resources = aws.deploy(assembly.stack("FallbackPipelines")).resources
    machines = {name: arn for name, (kind, arn) in resources.items() if kind == "AWS::StepFunctions::StateMachine"}
    return {strategy: next(machines[name] for name in machines if name.startswith(strategy)) for strategy in STRATEGIES}


@pytest.mark.parametrize("strategy", STRATEGIES)
@settings(max_examples=examples(0.1), suppress_health_check=[HealthCheck.too_slow])
@given(items=LISTS, plan=plans())
def test_every_item_is_accounted_for(
    aws: EmbeddedAws,
    machines: dict[str, str],
    worker: SimulatedWorker,
    strategy: str,
    *,
    items: list[Any],
    plan: FaultPlan,
) -> None:
    before, denied = aws.batch.submitted(), len(aws.iam.denials)
    with aws.faults.during(plan):
        execution = Execution(aws, machines[strategy], {"items": items})
        outcome = execution.wait()

    told = outcome.output if outcome.succeeded else json.loads(outcome.cause or "")
    assert outcome.succeeded or outcome.error == "FanOut.TooManyFailures", (outcome.error, outcome.cause)
    jobs = aws.batch.leaves(before)
    found = {job.id: worker.found[job.id] for job in jobs if job.id in worker.found}
    assert all(items[index] == item for index, item in found.values())
    done = Counter(found[job.id][0] for job in jobs if job.status is Status.SUCCEEDED)
    assert all(count == 1 for count in done.values()), "no item is done twice"
    assert told["failedIndexes"] == [index for index in range(len(items)) if index not in done]
    assert (told["total"], told["succeeded"], told["failed"]) == (len(items), len(done), len(items) - len(done))
    assert {str(job.parent.id if job.parent else job.id) for job in jobs} == set(told["jobIds"])
    assert outcome.succeeded == (not told["failed"])
    assert len(json.dumps(told, ensure_ascii=False).encode()) <= STEP_FUNCTIONS_PAYLOAD_BYTES
    history = aws.client("stepfunctions").get_execution_history(executionArn=execution.arn)["events"]
    assert len(history) < STEP_FUNCTIONS_HISTORY_EVENTS
    assert aws.iam.denials[denied:] == []
