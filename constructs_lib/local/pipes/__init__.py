"""EventBridge Pipes: moto keeps the pipes, and here they take messages from queues to their targets."""

from constructs_lib.local.pipes.api import patches
from constructs_lib.local.pipes.pipes import Pipes

__all__ = ["Pipes", "patches"]
