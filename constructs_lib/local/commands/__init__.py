"""The commands of ``constructs-lib local``, one module each; what is slow to import is imported when it is needed."""

EXTRAS = "pip install 'constructs-lib[cli,local]'"
"""What brings what the commands need and the constructs do not."""
