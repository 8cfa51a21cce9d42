"""Where jobs find room: what they ask for, and whether a queue has it."""
