"""Where the volumes of jobs are on this machine: directories of the run, never what the paths mean here.

A path of an instance (``host.sourcePath``) and a file system of Amazon EFS are directories that all jobs of the run
share, empty at first. A volume with neither is the container's own, or shared by the containers of one job.
Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_Volume.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from constructs_lib.local.paths import below, within
from constructs_lib.local.runners import CannotStartError


@dataclass(frozen=True, slots=True)
class Volume:
    """A directory of this machine, and whether a container may only read it."""

    directory: Path
    read_only: bool = False


class Volumes:
    """The volumes of one embedded AWS.

    Args:
        directory: where they are kept.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def of(self, container: dict[str, Any], shared: Mapping[str, Path]) -> dict[str, Volume]:
        """The directories for the mount points of a container, which are made; those of its own have none.

        Args:
            container: the container.
            shared: directories that it shares with others of its job, by their paths in it.
        """
        volumes = {volume["name"]: volume for volume in container.get("volumes") or []}
        found = {}
        for mount in container.get("mountPoints") or []:
            inside = str(mount["containerPath"])
            source = shared.get(inside) or self._source(volumes.get(mount.get("sourceVolume", ""), {}))
            if source is not None:
                try:
                    source.mkdir(parents=True, exist_ok=True)
                    source.chmod(0o777)  # jobs run as any user
                except OSError as error:  # a job has made a file of it, or a part of its path
                    raise CannotStartError(f"CannotCreateContainerError: {source}: {error.strerror}") from error
                found[inside] = Volume(source, bool(mount.get("readOnly")))
        return found

    def _source(self, volume: dict[str, Any]) -> Path | None:
        if "efsVolumeConfiguration" in volume:
            system = volume["efsVolumeConfiguration"]
            return self._in(below(self._directory / "efs", system["fileSystemId"]), system.get("rootDirectory", "/"))
        path = (volume.get("host") or {}).get("sourcePath")
        return self._in(self._directory / "host", path) if path else None

    @staticmethod
    def _in(root: Path, path: str) -> Path:
        parts = [part for part in path.split("/") if part != ".."]
        try:
            return within(root, "/".join(parts))  # jobs may have made links there
        except OSError as error:
            raise CannotStartError(f"CannotCreateContainerError: {path}: {error.strerror}") from error
