"""The programs of this process: started, ended with all that they start, and never left running."""

from constructs_lib.local.supervisor.supervisor import LostError, Program, Supervisor, end_all

__all__ = ["LostError", "Program", "Supervisor", "end_all"]
