"""The parts of states: expressions, programs, tasks and marks."""
