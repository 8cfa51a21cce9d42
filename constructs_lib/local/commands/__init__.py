"""The commands of ``constructs-lib local``, one module each; what is slow to import is imported when it is needed."""
