"""Names by which AWS knows things, as arguments of commands."""

from typing import Any

import click


class Name(click.types.StringParamType):
    """The name of a stack, a job, a state machine or an execution: a text, and not nothing."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Take a text."""
        text = str(super().convert(value, param, ctx))
        if not text.strip():
            self.fail("it is empty", param, ctx)
        try:
            text.encode()
        except UnicodeEncodeError:
            self.fail(f"{text!r} is no text in UTF-8", param, ctx)
        return text
