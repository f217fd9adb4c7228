"""The product's own engine in simulated time, on a world that goes wrong in every way we know of; see docs/simulation.md."""
