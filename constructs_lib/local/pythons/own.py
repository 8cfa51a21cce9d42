"""A virtual environment for one attempt: what it installs goes there, and nobody else has it.

Source: https://docs.python.org/3/library/venv.html#how-venvs-work
"""

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
_NAMES = ("python", "python3")
_BASE = Path(getattr(sys, "_base_executable", sys.executable)).resolve()
_CONFIGURATION = f"home = {_BASE.parent}\ninclude-system-site-packages = false\nversion = {sys.version.split()[0]}\n"


@dataclass(frozen=True, slots=True)
class OwnPython:
    """The virtual environment in a directory.

    Args:
        directory: where it is, or is to be; other things may be there, too.
    """

    directory: Path

    @property
    def program(self) -> str:
        """What runs Python."""
        return f"{self.directory}/bin/python"

    def make(self, sites: Iterable[Path], projects: Iterable[Path] = ()) -> None:
        """Make it.

        Args:
            sites: directories as ``site-packages`` whose modules it has, too, those of the first one first.
            projects: directories with modules of the image itself.
        """
        packages = f"{self.directory}/lib/python{_VERSION}/site-packages"
        os.makedirs(packages)  # noqa: PTH103 - an attempt waits: paths cost time
        os.mkdir(f"{self.directory}/bin")  # noqa: PTH102 - as above
        for name in _NAMES:
            os.symlink(_BASE, f"{self.directory}/bin/{name}")  # noqa: PTH211 - as above
        lines = [str(project) for project in projects]
        lines += [f"import site; site.addsitedir({str(site)!r})" for site in sites]
        _write(f"{self.directory}/pyvenv.cfg", _CONFIGURATION)
        _write(f"{packages}/image.pth", "\n".join(lines) + "\n")

    def path(self, sites: Iterable[Path], others: str) -> str:
        """The PATH with its programs, those of the sites, and others but for those of the Python that runs us."""
        ours = {os.path.dirname(sys.executable), f"{sys.prefix}/bin"}  # noqa: PTH120 - a text of the environment
        kept = [name for name in others.split(os.pathsep) if name.rstrip("/") not in ours]
        own = [f"{self.directory}/bin", *(f"{site}/bin" for site in sites)]
        return os.pathsep.join(dict.fromkeys([*own, *kept]))


def _write(path: str, text: str) -> None:
    with open(path, "x", encoding="utf-8") as file:  # noqa: PTH123 - as above
        file.write(text)
