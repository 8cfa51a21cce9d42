"""The program that the job is about: sums up what was fetched, and tells how far it is."""

import json
import sys
import time
from pathlib import Path

path = Path(sys.argv[1])
measurements = json.loads(path.read_text())
total = 0
for done, value in enumerate(measurements, 1):
    total += value
    unfinished = path.with_name("unfinished")
    unfinished.write_text(f"{done} of {len(measurements)}")
    unfinished.rename(path.with_name("progress"))  # who watches never sees half of it
    time.sleep(0.002)
print("total", total)
