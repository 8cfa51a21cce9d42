"""A virtual environment for one attempt: what it installs goes there, and nobody else has it.

Source: https://docs.python.org/3/library/venv.html#how-venvs-work
"""

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from constructs_lib.local.confinement import Composed

_VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
_NAMES = ("python", "python3")
_BASE = Path(getattr(sys, "_base_executable", sys.executable)).resolve()
_PIP = "#!/usr/bin/env python\nimport sys\nfrom pip._internal.cli.main import main\nsys.exit(main())\n"
_PACKAGES = f"lib/python{_VERSION}/site-packages"
_LINES = "image.pth"
_LINKS = ("pyvenv.cfg", "bin/python", "bin/python3", "bin/pip", "bin/pip3")
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

    def make(self, lines: Iterable[str]) -> None:
        """Make it.

        Args:
            lines: of a file ``.pth``: directories with the modules that it has, those of the first one first.
        """
        packages = f"{self.directory}/{_PACKAGES}"
        os.makedirs(packages)  # noqa: PTH103 - an attempt waits: paths cost time
        os.mkdir(f"{self.directory}/bin")  # noqa: PTH102 - as above
        for name in _NAMES:
            os.symlink(_BASE, f"{self.directory}/bin/{name}")  # noqa: PTH211 - as above
        _write(f"{self.directory}/bin/pip", _PIP, 0o755)
        os.symlink("pip", f"{self.directory}/bin/pip3")  # noqa: PTH211 - as above
        _write(f"{self.directory}/pyvenv.cfg", _CONFIGURATION)
        _write_lines(f"{packages}/{_LINES}", lines)

    def again(self, directory: Path, packages: Path, lines: Iterable[str] | None = None) -> Composed:
        """Make another one that is there for one process alone.

        Args:
            directory: where that finds it; nothing has to be there.
            packages: an empty directory, for what it installs.
            lines: as of `make`, if it has others. Default: the same.
        """
        if lines is None:
            os.symlink(f"{self.directory}/{_PACKAGES}/{_LINES}", f"{packages}/{_LINES}")  # noqa: PTH211 - as above
        else:
            _write_lines(f"{packages}/{_LINES}", lines)
        return Composed(directory, self.directory, _LINKS, ((_PACKAGES, packages),))

    def path(self, sites: Iterable[Path], others: str) -> str:
        """The PATH with its programs, those of the sites, and others but for those of the Python that runs us."""
        ours = {os.path.dirname(sys.executable), f"{sys.prefix}/bin"}  # noqa: PTH120 - a text of the environment
        kept = [name for name in others.split(os.pathsep) if name.rstrip("/") not in ours]
        own = [f"{self.directory}/bin", *(f"{site}/bin" for site in sites)]
        return os.pathsep.join(dict.fromkeys([*own, *kept]))


def _write_lines(path: str, lines: Iterable[str]) -> None:
    _write(path, "\n".join(lines) + "\n")


def _write(path: str, text: str, mode: int = 0o644) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    os.write(file, text.encode())
    os.close(file)
