"""Sorts more numbers than it wants to hold at once, by way of files in its scratch space."""

import heapq
import os
import random
import tempfile
from pathlib import Path

RUNS, NUMBERS = 4, 1000


def main() -> None:
    """Write sorted runs, and merge them."""
    wanted = os.environ.get("SCRATCH", "")
    base = wanted if wanted and Path(wanted).is_dir() else None  # elsewhere than on such an instance: whatever is there
    with tempfile.TemporaryDirectory(dir=base) as directory:
        for run in range(RUNS):
            numbers = sorted(random.Random(run).choices(range(10**6), k=NUMBERS))  # noqa: S311 - no secret
            Path(directory, f"{run}.txt").write_text("".join(f"{number}\n" for number in numbers))
        files = [path.read_text().split() for path in sorted(Path(directory).glob("*.txt"))]
        merged = list(heapq.merge(*[map(int, lines) for lines in files]))
    print(len(merged), "numbers, sorted:", merged == sorted(merged))


if __name__ == "__main__":
    main()
