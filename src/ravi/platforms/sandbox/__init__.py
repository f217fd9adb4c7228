"""The sandbox: six platforms played by a small server of our own, for the demo, training and tests."""
