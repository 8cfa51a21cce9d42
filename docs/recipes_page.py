"""The page docs/recipes.md: the examples as a gallery, with pictures and prices: ``make pictures`` draws it again."""

import importlib
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aws_cdk import App
from click.testing import CliRunner

from constructs_lib import BatchNetwork
from constructs_lib.cli import main
from constructs_lib.graph.command import definitions
from constructs_lib.graph.mermaid import mermaid

FILE = Path(__file__).parent / "recipes.md"
ITEMS, SECONDS = 1000, 60


@dataclass(frozen=True)
class Recipe:
    """An example, by what one would look for.

    Args:
        title: the task.
        example: the name of its file in docs/examples.
        stack: the class of the stack that is drawn.
        planned: whether a run is priced: the stack has one state machine that works on one list.
        picture: one of docs/images, beside that of the state machine; none by default.
    """

    title: str
    example: str
    stack: str
    planned: bool = True
    picture: str = ""


RECIPES = [
    Recipe("Run a job for each item of a list", "array_with_items", "ArrayStack"),
    Recipe("Submit one job per item, a few at a time", "map_over_submits", "MapStack"),
    Recipe("Work through millions of lines in S3", "distributed_fan_out", "Orders"),
    Recipe("Use Spot, and on-demand capacity for what is interrupted", "spot_with_fallback", "FallbackStack"),
    Recipe("Prepare, fan out, and aggregate the results", "prepare_and_aggregate", "AggregateStack"),
    Recipe("Mix functions, stages of jobs, and tasks of Amazon ECS", "documents", "DocumentsStack", planned=False),
    Recipe("Tolerate a few failed items, and fail for many", "judged_ecs_tasks", "JudgedStack", planned=False),
    Recipe("Start it every night", "nightly_schedule", "NightlyStack"),
    Recipe("Start it when a file is uploaded, or a message comes", "upload_pipeline", "UploadsStack", planned=False),
    Recipe("Have a dashboard and alarms", "monitored", "MonitoredStack", picture="dashboard.svg"),
    Recipe("Get an e-mail when it fails", "told_failures", "ToldFailuresStack"),
    Recipe("Move jobs that are stuck in RUNNABLE to another queue", "stuck_jobs", "StuckJobsStack", planned=False),
    Recipe("Run a Python function without a Dockerfile, on Graviton", "image_python", "PythonJobStack", planned=False),
    Recipe("Rebuild the image when its Dockerfile changes", "image_pipeline", "ImagePipelineStack", planned=False),
    Recipe("Give jobs S3, EFS and FSx as files", "job_storage", "JobStorageStack", planned=False),
    Recipe("Run several containers as one job", "job_containers", "JobContainersStack", planned=False),
    Recipe("Run one program on several nodes, with EFA", "multi_node", "MultiNodeStack", planned=False),
    Recipe("Use GPUs, capacity blocks, and your own instances", "compute", "ComputeStack", planned=False),
    Recipe("Share capacity fairly between teams", "team_queues", "TeamQueuesStack", planned=False),
    Recipe("Queue SageMaker training jobs", "training_queue", "TrainingQueueStack", planned=False),
    Recipe("Split queues, jobs and workflows into stacks", "several_stacks", "QueueStack", planned=False),
]

_BEGIN = f"""\
# Recipes: examples to begin with

<!-- Written by `make pictures` from docs/recipes_page.py and docs/examples. -->

Each is a program of one file, which deploys its stack into an embedded AWS, runs it and prints what came of it: no
account is needed. Run them in a clone of the repository, or copy a file into your project.

A run is priced as [`constructs-lib plan`](planning.md) prices it, for {ITEMS:,} items of {SECONDS} seconds. A network
is priced by the month, [used or not](network.md#compare-costs).

"""


def page() -> str:
    """The page as the examples are now."""
    return _BEGIN + "\n".join(section(recipe) for recipe in RECIPES)


def section(recipe: Recipe) -> str:
    """The title, the sentence of the example, its command, its prices and its picture."""
    module = importlib.import_module(f"docs.examples.{recipe.example}")
    said = str(module.__doc__).partition("\n\n")[0].replace("\n", " ").strip()
    with tempfile.TemporaryDirectory() as directory:
        app = App(outdir=directory)
        stack = getattr(module, recipe.stack)(*_arguments(recipe, app))
        networks = [each for each in stack.node.find_all() if isinstance(each, BatchNetwork)]
        app.synth()
        template = json.loads((Path(directory) / f"{stack.artifact_id}.template.json").read_text())
        priced = [_run(stack.stack_name, directory)] if recipe.planned else []
        if networks:
            monthly = sum(each.monthly_price_usd for each in networks)
            priced.append(f"The network costs {monthly:.2f} dollars a month.")
    parts = [
        f"## {recipe.title}",
        f"{said} [{recipe.example}.py](examples/{recipe.example}.py)",
        f"```console\npython -m docs.examples.{recipe.example}\n```",
        " ".join(priced),
        f"![{recipe.title}](images/{recipe.picture})" if recipe.picture else "",
        *(f"```mermaid\n{drawn}```" for drawn in pictures(template)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _arguments(recipe: Recipe, app: App) -> tuple[Any, ...]:
    """What the stack is made with: most name themselves."""
    return (app, "Queues") if recipe.example == "several_stacks" else (app,)


def _run(stack: str, assembly: str) -> str:
    """What a run takes and costs, by ``constructs-lib plan``."""
    asked = ["plan", stack, "--assembly", assembly, "--items", str(ITEMS), "--seconds-per-item", str(SECONDS), "--json"]
    told = CliRunner().invoke(main, asked, catch_exceptions=False)
    if told.exit_code:
        raise ValueError(f"{stack} cannot be planned: {told.output}")
    now = json.loads(told.stdout)["choices"][0]
    minutes = round(now["seconds"] / 60)
    return f"A run takes {minutes} minutes on {now['maxVcpus']:.0f} vCPUs and costs about {now['dollars']:.2f} dollars."


def pictures(template: Any) -> Iterator[str]:
    """The largest state machine, which is the pipeline: triggers and notifications have small ones."""
    machines = definitions(template).values()
    if machines:
        yield mermaid(max(machines, key=lambda each: len(json.dumps(each))))


if __name__ == "__main__":
    FILE.write_text(page())
