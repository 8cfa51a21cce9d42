"""Texts as snapshots keep them: ids, names that AWS makes up and times are the same in every run."""

import re

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MADE_UP = re.compile(r"(?<=[0-9A-F]{8}-)[0-9A-Z]{8,12}\b|(?<=[0-9a-f]{8}-)[0-9a-z]{12}\b")
_TIME = re.compile(r"\b\d{2}:\d{2}:\d{2}\b")
_DATE = re.compile(r"\b20\d{2}-\d{2}-\d{2}\b")
_DURATION = re.compile(r"(?<![\w.])[\d.]+ (?:ms|s|min)(?: \d+ s)?(?!\w)")


def steady(text: str) -> str:
    """The text, with ids numbered by their first occurrence, and one time and one duration for all."""
    ids = {found: f"00000000-0000-0000-0000-{number:012}" for number, found in enumerate(_ordered(text), 1)}
    text = _UUID.sub(lambda match: ids[match[0]], text)
    text = _MADE_UP.sub("MADEUP", text)
    text = _DATE.sub("2026-11-30", _TIME.sub("12:00:00", text))
    return _DURATION.sub("1 s", text)


def _ordered(text: str) -> list[str]:
    return list(dict.fromkeys(_UUID.findall(text)))
