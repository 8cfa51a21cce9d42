"""Apps as users write them from the docs, each as it was deployed first and as it was changed later."""

from collections.abc import Callable
from pathlib import Path

from aws_cdk import App

from tests.local.users_apps import (
    data_in_s3,
    delivered,
    imported_network,
    nested,
    own_input,
    pinned,
    plain,
    queues_and_workflows,
    requirements,
)

APPS: list[Callable[..., None]] = [
    data_in_s3.build,
    delivered.build,
    imported_network.build,
    nested.build,
    own_input.build,
    pinned.build,
    plain.build,
    queues_and_workflows.build,
    requirements.build,
]


def synthesize(directory: Path) -> None:
    """Write the assemblies ``before`` and ``after``, each with the stacks of all of these apps."""
    for name, changed in (("before", False), ("after", True)):
        app = App(analytics_reporting=False, outdir=str(directory / name))
        for build in APPS:
            build(app, changed=changed)
        app.synth()
