"""The measured table of docs/size.md has a row for each form, and the baseline by hand is still the same as ours."""

from benchmarks.size import BEGIN, COLUMNS, END, FORMS, PAGE, rows


def test_the_table_is_that_of_the_benchmark() -> None:
    measured = PAGE.read_text().partition(BEGIN)[2].partition(END)[0]
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in measured.splitlines()]
    assert lines[0] == COLUMNS
    assert [line[0] for line in lines[2:]] == list(FORMS)


def test_what_is_written_by_hand_does_what_ours_does() -> None:
    resources, size = rows()
    assert resources.ours == resources.baseline
    assert 1 / size.goal <= size.ratio <= size.goal, "bring benchmarks/apps/by_hand.py up to date"
