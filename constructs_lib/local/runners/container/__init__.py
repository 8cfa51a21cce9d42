"""Runs the attempts of jobs in containers, by the command line of docker or podman."""

from constructs_lib.local.runners.container.engine import ContainerEngine, EngineError, NoEngineError, find_engine
from constructs_lib.local.runners.container.runner import ContainerRunner

__all__ = ["ContainerEngine", "ContainerRunner", "EngineError", "NoEngineError", "find_engine"]
