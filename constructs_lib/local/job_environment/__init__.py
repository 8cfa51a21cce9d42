"""What a job finds when it starts: its program, its variables, its secrets."""
