"""The Python of a job: what its image installs for it, and a place for what the job installs itself."""

from constructs_lib.local.pythons.own import OwnPython
from constructs_lib.local.pythons.sites import Modules, Pythons
from constructs_lib.local.pythons.wanted import Requirements, is_plain, wanted_by

__all__ = ["Modules", "OwnPython", "Pythons", "Requirements", "is_plain", "wanted_by"]
