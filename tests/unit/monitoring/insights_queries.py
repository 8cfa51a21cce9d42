"""What Logs Insights takes as a query: commands, functions, and fields that there are when they are used.

Sources: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html and
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-operations-functions.html
"""

import re
from typing import Final

_FUNCTIONS: Final = {"ispresent", "coalesce", "count", "latest", "max", "min", "pct", "sum"}
_AGGREGATES: Final = {"count", "latest", "max", "min", "pct", "sum"}
_WORDS: Final = {"and", "or", "not", "in", "as", "by", "asc", "desc", "like"}
_TOKEN: Final = re.compile(
    r"""
    (?P<text>"[^"]*") | (?P<number>\d+(\.\d+)?(?![\w.])) | (?P<field>`[^`]+`|@?[A-Za-z_][\w.]*)
    | (?P<sign>!=|[=+\-*/(),\[\]]) | (?P<space>\s+)
    """,
    re.VERBOSE,
)
_PARSE: Final = re.compile(r"parse (?P<of>[@\w.]+) /(?P<regex>.+)/")


def problems(query: str) -> list[str]:
    """What Logs Insights would refuse, or would find nothing by."""
    known: set[str] | None = None  # all fields of an event, until `stats` leaves its own
    found: list[str] = []
    commands = [command.strip() for command in query.split("|")]
    for command in commands:
        name, _, rest = command.partition(" ")
        match name:
            case "SOURCE":
                found += [] if re.fullmatch(r"'[^']+'(, '[^']+')*", rest) else [f"no log groups: {rest}"]
            case "parse":
                found += _of_parse(command)
            case "limit":
                found += [] if 1 <= int(rest) <= 10_000 else [f"limit {rest}"]
            case "fields" | "filter" | "sort" | "stats":
                found += _of_expressions(name, rest, known)
                if name == "stats":
                    known = set(re.findall(r" as (\w+)", rest)) | _grouped_by(rest)
            case _:
                found.append(f"no command: {name}")
    return found


def _grouped_by(rest: str) -> set[str]:
    return {each.strip() for each in rest.rpartition(" by ")[2].split(",")} if " by " in rest else set()


def _of_parse(command: str) -> list[str]:
    match = _PARSE.fullmatch(command)
    if not match or not re.search(r"\(\?<\w+>", match["regex"]):
        return [f"no named group: {command}"]
    re.compile(match["regex"].replace("(?<", "(?P<"))
    return []


def _of_expressions(command: str, text: str, known: set[str] | None) -> list[str]:
    found, place, depth = [], 0, 0
    previous = ""
    while place < len(text):
        token = _TOKEN.match(text, place)
        if token is None:
            return [f"not understood: {text[place:]}"]
        place = token.end()
        if token.lastgroup == "space":
            continue
        word = token[0]
        depth += (word in "([") - (word in ")]") if token.lastgroup == "sign" else 0
        is_call = text[place : place + 1] == "("
        if token.lastgroup == "field" and is_call and word not in _WORDS:
            found += [] if word in _FUNCTIONS else [f"no function: {word}"]
            found += [f"{word} is for stats"] if word in _AGGREGATES and command != "stats" else []
        elif token.lastgroup == "field" and word not in _WORDS and previous != "as" and known is not None:
            found += [] if word.strip("`") in known else [f"{word} is gone after stats"]
        previous = word
    return [*found, *(["brackets"] if depth else [])]
