"""Stands for a download that needs a token: puts measurements where the next container looks for them."""

import json
import os
import sys
from pathlib import Path

path, size = Path(sys.argv[1]), int(sys.argv[2])
path.write_text(json.dumps([index % 7 for index in range(size)]))
print("fetched", size, "measurements with a token of", len(os.environ["TOKEN"]), "letters")
