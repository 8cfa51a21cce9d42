"""Results and errors that are given to states in place of what they would do."""
