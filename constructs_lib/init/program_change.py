"""The change of an app's program by which it makes one stack more: made, or told to who has to make it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from constructs_lib.init.existing_app import AppError, ExistingApp, NotPlainError, with_stack


@dataclass(frozen=True, slots=True)
class ProgramChange:
    """What a program has to say for a new stack.

    Args:
        program: the file; None where nobody knows it.
        lines: what it has to say.
        text: the program with them; None where somebody else has to write them.
        reason: why that is so.
    """

    program: Path | None
    lines: Sequence[str]
    text: str | None
    reason: str

    @classmethod
    def of(cls, app: ExistingApp, imports: Sequence[str], call: str, construct_id: str) -> Self:
        """Find it out; nothing is written.

        Args:
            app: whose program it is.
            imports: lines that the call needs.
            call: the line that makes the stack, with ``{app}`` for the app.
            construct_id: of the stack.

        Raises:
            AppError: the program makes such a stack already.
        """
        lines = [*imports, call.format(app="app")]
        if app.file is None:
            return cls(None, lines, None, "cdk.json does not name its file")
        try:
            with app.file.open(encoding="utf-8", newline="") as file:
                return cls(app.file, lines, with_stack(file.read(), imports, call, construct_id), "")
        except NotPlainError as error:
            return cls(app.file, lines, None, str(error))
        except (OSError, UnicodeDecodeError) as error:
            return cls(app.file, lines, None, f"it cannot be read: {error}")
        except AppError as error:
            raise AppError(f"{app.file} {error}. Nothing was written: choose another name") from None

    def make(self) -> str:
        """Write the program, if that can be done.

        Returns:
            What was changed, or what is left to do.
        """
        told = "".join(f"\n  {line}" for line in self.lines)
        if self.program is None or self.text is None:
            return f"not changed: {self.program or 'the app'}: {self.reason}. Add to it:{told}"
        try:
            with self.program.open("w", encoding="utf-8", newline="") as file:
                file.write(self.text)
        except OSError as error:
            return f"not changed: {self.program}: {error.strerror}. Add to it:{told}"
        return f"changed: {self.program}: it has these lines now, and all others as they were:{told}"
