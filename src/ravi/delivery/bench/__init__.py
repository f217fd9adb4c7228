"""What `ravi bench` measures: engines as they run in production, on a database of their own, beside a bare client."""
