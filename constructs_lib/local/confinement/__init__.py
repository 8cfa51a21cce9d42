"""What keeps a process in its place: it sees this machine read-only, and writes where it is told to.

Bubblewrap does it where it is installed, the kernel's namespaces where users may have them, sandbox-exec on macOS.
"""

from constructs_lib.local.confinement.choice import Confined, Confinement, find_confinement, find_overlaying
from constructs_lib.local.confinement.view import Composed, Overlay, View

__all__ = ["Composed", "Confined", "Confinement", "Overlay", "View", "find_confinement", "find_overlaying"]
