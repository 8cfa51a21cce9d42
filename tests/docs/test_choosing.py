"""The measured table of docs/choosing.md has a row for each run of the benchmark."""

from benchmarks.choosing.__main__ import BEGIN, COLUMNS, COUNTS, END, MACHINES, PAGE
from constructs_lib.limits import STEP_FUNCTIONS_HISTORY_EVENTS


def test_the_table_is_that_of_the_benchmark() -> None:
    measured = PAGE.read_text().partition(BEGIN)[2].partition(END)[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in measured.splitlines()]
    assert rows[0] == COLUMNS
    assert [row[:2] for row in rows[2:]] == [[name, f"{count:,}"] for name in MACHINES for count in COUNTS]
    ours = {(row[0], row[1]): row for row in rows[2:]}
    assert ours["DistributedFanOut", "100,000"][2] == "succeeds"
    histories = [int(row[5].replace(",", "")) for row in rows[2:] if row[5]]
    assert max(histories) < STEP_FUNCTIONS_HISTORY_EVENTS
