"""An embedded AWS in virtual time, in which every job takes a minute and nothing runs; it counts what a run took."""

import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from benchmarks.choosing import by_hand
from benchmarks.choosing.app import LINES, synthesize
from benchmarks.choosing.prices import dollars
from constructs_lib.limits import STEP_FUNCTIONS_PAYLOAD_BYTES
from constructs_lib.local.apps.assembly import load
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.batch.rules.throttling import SubmitRate
from constructs_lib.local.clocks.virtual_clock import VirtualClock
from constructs_lib.local.runners import Ending
from constructs_lib.local.runners.simulated import SimulatedRunner
from constructs_lib.local.scheduler.jobs.job import Job

SUBMITS_PER_SECOND = 50
"""Of an account: https://docs.aws.amazon.com/batch/latest/userguide/service_limits.html"""

MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Measured:
    """What a run took; ``problem`` says why it ended early, if it did."""

    problem: str | None
    transitions: int = 0
    submits: int = 0
    events: int = 0
    bytes_read: int = 0
    dollars: float = 0.0
    seconds: float = 0.0


class Account:
    """The embedded AWS with all state machines.

    Args:
        aws: where they are.
        machines: their ARNs.
        bucket: holds the lists.
    """

    def __init__(self, aws: EmbeddedAws, machines: dict[str, str], bucket: str) -> None:
        self._aws = aws
        self._machines = machines
        self._bucket = bucket
        self._states = aws.client("stepfunctions")
        self._s3 = aws.client("s3")

    def run(self, machine: str, count: int) -> Measured:
        """Run a state machine over so many items."""
        items = [{"id": index} for index in range(count)]
        lines = "".join(json.dumps(item) + "\n" for item in items)
        self._s3.put_object(Bucket=self._bucket, Key=LINES, Body=lines.encode())
        payload = "{}" if "distributed" in machine else json.dumps({"items": items}, separators=(",", ":"))
        before, started = self._aws.batch.submitted(), time.perf_counter()
        try:
            arn = self._states.start_execution(stateMachineArn=self._machines[machine], input=payload)["executionArn"]
        except ClientError as error:
            if len(payload) > STEP_FUNCTIONS_PAYLOAD_BYTES:
                return Measured(f"input over {STEP_FUNCTIONS_PAYLOAD_BYTES:,} bytes")
            raise error from None
        while (described := self._states.describe_execution(executionArn=arn))["status"] == "RUNNING":
            time.sleep(0.05)
        seconds = time.perf_counter() - started
        transitions, events = self._count(arn)
        reads = self._reads(self._aws.batch.leaves(before))
        uris = [uri for uri, _ in reads if uri]
        return Measured(
            described.get("error"),
            transitions,
            self._aws.batch.submitted() - before,
            events,
            max((size for _, size in reads), default=0),
            dollars(transitions=transitions, gets=len(uris), puts=len(set(uris))),
            seconds,
        )

    def _count(self, arn: str) -> tuple[int, int]:
        """State transitions of an execution and its children, and the events of the longest history."""
        kinds = [event["type"] for event in self._events(arn)]
        transitions, longest = sum(kind.endswith("StateEntered") for kind in kinds), len(kinds)
        if ":express:" in arn:
            return 0, longest
        for run in self._states.list_map_runs(executionArn=arn)["mapRuns"]:
            pages = self._states.get_paginator("list_executions").paginate(mapRunArn=run["mapRunArn"])
            for child in (item["executionArn"] for page in pages for item in page["executions"]):
                inner, events = self._count(child)
                transitions, longest = transitions + inner, max(longest, events)
        return transitions, longest

    def _events(self, arn: str) -> Iterator[dict[str, Any]]:
        pages = self._states.get_paginator("get_execution_history").paginate(executionArn=arn)
        return (event for page in pages for event in page["events"])

    def _reads(self, jobs: list[Job]) -> list[tuple[str | None, int]]:
        """Where each job's items are, and how many bytes it reads to get its own."""
        sizes: dict[str, int] = {}

        def size(uri: str) -> int:
            if uri not in sizes:
                place = urlsplit(uri)
                head = self._s3.head_object(Bucket=place.netloc, Key=place.path.lstrip("/"))
                sizes[uri] = head["ContentLength"]
            return sizes[uri]

        found = []
        for job in jobs:
            given = {entry["name"]: entry["value"] for entry in job.spec.container["environment"]}
            inline = next((given[name] for name in ("ITEMS", "ITEM") if name in given), "")
            uri = given.get("ITEMS_URI")
            found.append((uri, size(uri) if uri else len(inline.encode())))
        return found


@contextmanager
def account() -> Iterator[Account]:
    """Open one."""
    clock = VirtualClock()
    runner = SimulatedRunner(lambda _: (MINUTE, Ending(0)), clock)
    with tempfile.TemporaryDirectory() as directory, EmbeddedAws(Path(directory), clock=clock, runner=runner) as aws:
        out = Path(directory) / "cdk.out"
        synthesize(str(out))
        deployed = aws.deploy(load(out).stack("Choosing"))
        aws.batch.submit_rate = SubmitRate(clock, SUBMITS_PER_SECOND)
        machines = {
            f"ours {key.partition('Machine')[0]}": arn
            for key, (kind, arn) in deployed.resources.items()
            if kind == "AWS::StepFunctions::StateMachine"
        }
        outputs = deployed.outputs
        given = outputs["QueueArn"], outputs["JobArn"], outputs["DataName"]
        for name, definition in by_hand.definitions(*given, LINES).items():
            machines[f"by hand {name}"] = _machine(aws, name, definition)
        yield Account(aws, machines, outputs["DataName"])


def _machine(aws: EmbeddedAws, name: str, definition: dict[str, Any]) -> str:
    iam = aws.client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
    rights = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    role = iam.create_role(RoleName=f"by-hand-{name}", AssumeRolePolicyDocument=_policy(trust))["Role"]
    iam.put_role_policy(RoleName=role["RoleName"], PolicyName="all", PolicyDocument=_policy(rights))
    made = aws.client("stepfunctions").create_state_machine(
        name=f"by-hand-{name}", definition=json.dumps(definition), roleArn=role["Arn"]
    )
    arn: str = made["stateMachineArn"]
    return arn


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
