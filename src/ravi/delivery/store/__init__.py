"""Two stores with one contract: memory.py for simulation and tests, postgres.py for the real thing."""
