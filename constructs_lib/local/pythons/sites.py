"""Which modules the jobs of an image find: what it installs, and nothing else where that is known."""

import logging
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution
from pathlib import Path

from constructs_lib.local.confinement.machine import sites as running_sites
from constructs_lib.local.pythons.installed import find_installed
from constructs_lib.local.pythons.installing import CannotInstallError, cache_directory, installed_site
from constructs_lib.local.pythons.links import link
from constructs_lib.local.pythons.wanted import Requirements
from constructs_lib.local.supervisor import Supervisor

_ALWAYS = ("pip",)
"""What every image with Python has."""
_SKIPPED = "image %s: not executed here: %s. Its jobs find the programs of this machine; --runner container builds it"
_MISSING = (
    "image %s: its jobs miss %s: %s. Have a network, install it for the Python that runs this command, or use --runner "
    "container"
)


@dataclass(frozen=True, slots=True)
class Modules:
    """Where jobs find modules, in directories as ``site-packages``.

    Args:
        own: those of the image; the first one first.
        behind: those of the Python that runs us, where nobody knows what the image has.
        projects: directories of the image, with modules of its own.
    """

    own: tuple[Path, ...]
    behind: tuple[Path, ...] = ()
    projects: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """Both kinds, as lines of a file ``.pth``, with what is in such files there.

        Python would look for them in each directory, with each of its starts.
        """
        found = []
        for site in (*self.own, *self.behind):
            found.append(str(site))
            for path in sorted(site.glob("*.pth")):
                lines = map(str.strip, path.read_text(encoding="utf-8-sig", errors="replace").splitlines())
                told = [line for line in lines if line and not line.startswith("#")]
                found += [line if line.startswith(("import ", "import\t")) else str(site / line) for line in told]
        return found


class Pythons:
    """The modules of the images of one embedded AWS.

    Args:
        directory: gives where links are kept, as long as it is open.
        supervisor: starts what fetches modules.
        cache: where what was fetched is kept. Default: this user's.
    """

    def __init__(self, directory: Callable[[], Path], supervisor: Supervisor, cache: Path | None = None) -> None:
        self._directory = directory
        self._supervisor = supervisor
        self._cache = cache
        self._known: dict[tuple[tuple[str, ...], ...], Modules] = {}

    def of(self, image: str, wanted: Requirements) -> Modules:
        """The modules of an image; what is skipped or missing is said, once.

        Args:
            image: how its user knows it.
            wanted: what it wants.
        """
        key = (tuple(wanted.lines), tuple(wanted.constraints), tuple(wanted.projects), (str(wanted.plain),))
        if key not in self._known:
            self._known[key] = self._make(image, wanted)
        return self._known[key]

    def _make(self, image: str, wanted: Requirements) -> Modules:
        log = logging.getLogger(__name__)
        if wanted.skipped:
            log.warning(_SKIPPED, image, "; ".join(wanted.skipped))
        behind = () if wanted.plain else tuple(running_sites())
        always, found = find_installed(_ALWAYS), find_installed(wanted.lines, wanted.constraints)
        if behind and not found.missing:
            return Modules((), behind, tuple(wanted.projects))
        own: tuple[Path, ...] = (self._linked({**always.distributions, **found.distributions}),)
        if found.missing:
            try:
                fetched = installed_site(wanted, self._cache or cache_directory(), self._supervisor)
                own = (fetched, self._linked(always.distributions))
            except CannotInstallError as error:
                log.warning(_MISSING, image, ", ".join(dict.fromkeys(found.missing)), error)
        return Modules(own, behind, tuple(wanted.projects))

    def _linked(self, distributions: Mapping[str, Distribution]) -> Path:
        site = Path(tempfile.mkdtemp(prefix="modules-", dir=self._directory()))
        link(distributions.values(), site)
        return site
