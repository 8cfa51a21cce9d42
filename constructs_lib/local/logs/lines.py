"""The lines of a program's output as events of CloudWatch Logs, as Docker's log driver awslogs makes them.

A line is an event, an empty one none; one that is too long becomes several. What is no UTF-8 is replaced.
Source: https://docs.docker.com/engine/logging/drivers/awslogs/ and its code, processEvent and findValidSplit.
"""

from constructs_lib.limits import CLOUDWATCH_LOGS_DRIVER_EVENT_BYTES as MOST

WINDOW = MOST + 4
"""So many bytes of a line tell where its first event ends: a character has up to four."""

_REPLACED = 3
"""Bytes that stand for a byte which is no UTF-8."""


def messages(block: bytes) -> list[str]:
    """The messages of whole lines, or of a piece of a line."""
    return [line.decode(errors="replace") for line in block.split(b"\n") if line]


def count(block: bytes) -> int:
    """How many messages whole lines are, without making them."""
    lines = block.split(b"\n")
    return len(lines) - lines.count(b"")


def first_piece(line: bytes) -> int:
    """How many bytes of a line are its first event.

    Args:
        line: the line, or its first `WINDOW` bytes.
    """
    if len(line) <= MOST // _REPLACED:
        return len(line)
    piece = line[:MOST]
    try:
        piece.decode()
    except UnicodeDecodeError as error:
        if len(line) > MOST and error.reason == "unexpected end of data":
            return error.start  # a character that stands where the piece ends belongs to the next one
    else:
        return len(piece)
    if len(piece.decode(errors="replace").encode()) <= MOST:
        return len(piece)
    return MOST // _REPLACED
