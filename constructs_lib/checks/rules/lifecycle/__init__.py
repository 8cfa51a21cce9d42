"""What updates, replacements and deletions meet."""
