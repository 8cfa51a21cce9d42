"""Names of files and directories as options: what cannot be one is wrong usage."""

from pathlib import Path
from typing import Any

import click


class FilePath(click.Path):
    """A path that may be there or not."""

    def __init__(self, *, allow_dash: bool = False) -> None:
        super().__init__(path_type=Path, allow_dash=allow_dash)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Take a name; nothing, and what no file can be called, is refused."""
        if value == "":
            self.fail("it is empty", param, ctx)
        try:
            return super().convert(value, param, ctx)
        except ValueError as error:
            self.fail(f"{value!r}: {error}", param, ctx)
