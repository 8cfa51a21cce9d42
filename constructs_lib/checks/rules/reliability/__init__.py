"""What fails, stops or is tried again."""
