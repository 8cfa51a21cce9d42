"""The programs of this process: started, ended with all that they start, and never left running."""

from typing import TYPE_CHECKING

from constructs_lib.systems import POSIX

if TYPE_CHECKING or POSIX:
    from constructs_lib.local.supervisor.supervisor import LostError, Program, Supervisor, end_all
else:
    from constructs_lib.local.supervisor.without_posix import LostError, Program, Supervisor, end_all

__all__ = ["LostError", "Program", "Supervisor", "end_all"]
