"""The table of docs/emulators.md says of the embedded AWS what is seen of it now, and of others what was read."""

from collections.abc import Iterator

import pytest

from benchmarks.emulators.__main__ import BEGIN, END, OURS, PAGE, READ, embedded
from benchmarks.emulators.account import Account
from benchmarks.emulators.behaviours import BEHAVIOURS, shows

TABLE = PAGE.read_text().partition(BEGIN)[2].partition(END)[0]
ROWS = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in TABLE.splitlines() if line.startswith("|")]


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with embedded(tmp_path_factory.mktemp("emulator")) as made:
        yield made


@pytest.mark.parametrize("title", BEHAVIOURS)
def test_the_embedded_aws_shows_what_the_table_says(title: str, account: Account) -> None:
    [said] = [dict(zip(ROWS[0], row, strict=True)) for row in ROWS if row[0] == title]
    assert said[OURS] == ("yes" if shows(BEHAVIOURS[title], account) else "no")


def test_the_table_has_every_behaviour_and_what_was_read_is_about_one() -> None:
    assert [row[0] for row in ROWS[2:]] == list(BEHAVIOURS)
    for row in READ:
        assert {*row["yes"], *row["no"], *row["notes"]} <= set(BEHAVIOURS), row["name"]
        assert not set(row["yes"]) & set(row["no"]), row["name"]
