"""CloudWatch Logs: moto's, but for events, which are where programs write them: in files.

moto keeps each event as an object. Of what jobs write nothing is in memory but where its lines are.
"""

from constructs_lib.local.logs.backend import LogsBackend, patches
from constructs_lib.local.logs.runtime import Runtime
from constructs_lib.local.logs.streams import LogStream

__all__ = ["LogStream", "LogsBackend", "Runtime", "patches"]
