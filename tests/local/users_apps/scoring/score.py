"""Scores one document of the list in ITEMS."""

import json
import os
import sys

import jmespath

document = json.loads(os.environ["ITEMS"])[int(os.environ.get("AWS_BATCH_JOB_ARRAY_INDEX", "0"))]
sys.stdout.write(f"score {jmespath.search('length(terms)', document)}\n")
