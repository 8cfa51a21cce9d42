"""How large a stack gets by each pipeline, and how many fit; with --write into docs/size.md: ``make size``."""

import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from aws_cdk import App, Size, Stack
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from benchmarks.apps import parts_by_hand
from benchmarks.apps.by_hand import JobsByMap
from benchmarks.apps.plain import PlainJobs
from benchmarks.measure import ROOT, Row
from constructs_lib import (
    ArrayFanOut,
    BatchStateMachine,
    ContainerJob,
    DistributedFanOut,
    JobImage,
    MapFanOut,
    Platform,
)
from constructs_lib.limits import CLOUDFORMATION_RESOURCES, CLOUDFORMATION_TEMPLATE_BYTES

PAGE = ROOT / "docs" / "size.md"
BEGIN, END = "<!-- measured -->\n", "<!-- /measured -->\n"
COLUMNS = ["pipeline", "resources", "bytes", "in one stack", "which is full of", "without indentation"]

Parts = dict[str, Any]
Make = Callable[[Construct, str, Parts], object]


@dataclass(frozen=True, slots=True)
class Grown:
    """What a template has, or what one more pipeline adds to it."""

    resources: int
    bytes: int


def _ours(fan_out: Callable[..., Any]) -> Make:
    def make(scope: Construct, construct_id: str, parts: Parts) -> None:
        inner = Construct(scope, construct_id)
        job = ContainerJob(
            inner,
            "Job",
            image=JobImage.from_registry("public.ecr.aws/docker/library/busybox:1.37"),
            command=["true"],
            platform=Platform.FARGATE,
            vcpus=0.25,
            memory=Size.mebibytes(512),
        )
        BatchStateMachine(inner, "StateMachine", definition=fan_out(inner, "Items", job=job, **parts))

    return make


def _plain(strategy: str) -> Make:
    return lambda scope, construct_id, parts: PlainJobs(scope, construct_id, **parts, strategy=strategy)


FORMS: dict[str, Make] = {
    "MapFanOut": _ours(MapFanOut),
    "ArrayFanOut": _ours(ArrayFanOut),
    "DistributedFanOut": _ours(DistributedFanOut),
    "what MapFanOut does, by hand": lambda scope, construct_id, parts: JobsByMap(scope, construct_id, **parts),
    "a Map by hand": _plain("map"),
    "an array job by hand": _plain("array"),
    "a Distributed Map by hand": _plain("distributed"),
}


def rows() -> list[Row]:
    """Ours against the same by hand."""
    by_hand = "what MapFanOut does, by hand"
    ours, same = per_pipeline("MapFanOut"), per_pipeline(by_hand)
    return [
        Row("resources of one more MapFanOut", ours.resources, by_hand, same.resources, 1, ""),
        Row("bytes of one more MapFanOut", ours.bytes, by_hand, same.bytes, 1.1, ""),
    ]


@cache
def per_pipeline(form: str, *, indented: bool = True) -> Grown:
    """What one more pipeline adds, beside others."""
    fewer, more = (_stack(form, number, indented=indented) for number in (1, 5))
    return Grown((more.resources - fewer.resources) // 4, (more.bytes - fewer.bytes) // 4)


def most(form: str, *, indented: bool = True) -> tuple[int, str]:
    """How many pipelines are in a stack that takes no more, which is made to count, and what it is full of."""
    one, each = _stack(form, 1, indented=indented), per_pipeline(form, indented=indented)
    number = 1 + min(
        (CLOUDFORMATION_RESOURCES - one.resources) // each.resources,
        (CLOUDFORMATION_TEMPLATE_BYTES - one.bytes) // each.bytes,
    )
    while (
        made := _stack(form, number, indented=indented)
    ).bytes > CLOUDFORMATION_TEMPLATE_BYTES:  # ids grow with the number in them
        number -= 1
    assert made.resources <= CLOUDFORMATION_RESOURCES
    no_resources = made.resources + each.resources > CLOUDFORMATION_RESOURCES
    assert no_resources or made.bytes + each.bytes > CLOUDFORMATION_TEMPLATE_BYTES
    return number, "resources" if no_resources else "bytes"


@cache
def _stack(form: str, number: int, *, indented: bool) -> Grown:
    """A stack of so many pipelines that share a queue and a bucket; the network is elsewhere."""
    with tempfile.TemporaryDirectory() as directory:
        app = App(outdir=directory, analytics_reporting=False)
        vpc = ec2.Vpc(Stack(app, "Network"), "Vpc", max_azs=2)
        stack = Stack(app, "Pipelines", suppress_template_indentation=not indented)
        parts = {"queue": parts_by_hand.queue(stack, vpc), "bucket": parts_by_hand.bucket(stack)}
        for index in range(number):
            FORMS[form](stack, f"Pipeline{index}", parts)
        app.synth()
        text = (Path(directory) / "Pipelines.template.json").read_bytes()
    return Grown(len(json.loads(text)["Resources"]), len(text))


def main() -> None:
    """Measure, print the table, and with --write put it into the page."""
    lines = [COLUMNS, ["---"] * len(COLUMNS)]
    for form in FORMS:
        each, (number, full) = per_pipeline(form), most(form)
        dense, full_of = most(form, indented=False)
        counts = [str(each.resources), f"{each.bytes:,}", str(number), full, f"{dense}, full of {full_of}"]
        lines.append([form, *counts])
    table = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    print(table)
    if "--write" in sys.argv[1:]:
        before, _, rest = PAGE.read_text().partition(BEGIN)
        PAGE.write_text(before + BEGIN + table + END + rest.partition(END)[2])


if __name__ == "__main__":
    main()
