"""What keeps a process in its place: it sees this machine read-only, and writes where it is told to.

Bubblewrap does it where it is installed, the kernel's namespaces where users may have them, sandbox-exec on macOS.
"""

from constructs_lib.local.confinement.choice import Confined, Confinement, find_confinement
from constructs_lib.local.confinement.view import View

__all__ = ["Confined", "Confinement", "View", "find_confinement"]
