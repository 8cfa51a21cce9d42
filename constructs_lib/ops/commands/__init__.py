"""The commands over operations: what is asked for at a terminal, and how answers look there."""
