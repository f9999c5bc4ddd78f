"""What the target remembers of runs: reading it, and forgetting what is old."""
