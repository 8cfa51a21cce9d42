"""Runs jobs of several containers by a runner of single ones."""

from constructs_lib.local.runners.several.part_job import PartJob, shared_directories
from constructs_lib.local.runners.several.runner import MultiContainerRunner

__all__ = ["MultiContainerRunner", "PartJob", "shared_directories"]
