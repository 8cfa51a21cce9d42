"""Stands for a call of an API that takes two callers at a time, and that has no answers in the cloud."""

import os
import sys
import time

time.sleep(float(sys.argv[1]))
print("answered for job", os.environ["AWS_BATCH_JOB_ID"])
