"""What AWS refuses: numbers, sizes, kinds and names."""
