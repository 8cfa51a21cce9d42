"""Where the volumes of jobs are on this machine: directories of the run, never what the paths mean here.

A path of an instance (``host.sourcePath``) and a file system of Amazon EFS are directories that all jobs of the run
share, empty at first. A volume with neither is the container's own, or shared by the containers of one job.
Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_Volume.html
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any


class Volumes:
    """The volumes of one embedded AWS.

    Args:
        directory: where they are kept.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def words(self, container: dict[str, Any], shared: Mapping[str, Path]) -> list[str]:
        """What follows ``--volume``, for each mount point of a container.

        Args:
            container: the container.
            shared: directories that it shares with others of its job, by their paths in it.
        """
        volumes = {volume["name"]: volume for volume in container.get("volumes") or []}
        return [self._word(mount, volumes, shared) for mount in container.get("mountPoints") or []]

    def _word(self, mount: dict[str, Any], volumes: dict[str, dict[str, Any]], shared: Mapping[str, Path]) -> str:
        inside = mount["containerPath"]
        source = shared.get(inside) or self._source(volumes.get(mount.get("sourceVolume", ""), {}))
        if source is None:
            return str(inside)
        source.mkdir(parents=True, exist_ok=True)
        source.chmod(0o777)  # jobs run as any user
        return f"{source}:{inside}:ro" if mount.get("readOnly") else f"{source}:{inside}"

    def _source(self, volume: dict[str, Any]) -> Path | None:
        if "efsVolumeConfiguration" in volume:
            system = volume["efsVolumeConfiguration"]
            return self._below(Path("efs") / system["fileSystemId"], system.get("rootDirectory", "/"))
        path = (volume.get("host") or {}).get("sourcePath")
        return self._below(Path("host"), path) if path else None

    def _below(self, first: Path, path: str) -> Path:
        parts = [part for part in path.split("/") if part not in ("", ".", "..")]
        return self._directory.joinpath(first, *parts)
