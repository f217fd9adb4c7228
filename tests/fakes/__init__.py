"""Platforms that cannot be had as a real server: strict, over real HTTP, and knowing nothing of Ravi's adapters.

Their limits come from foreign client libraries or from pages that are named; independent clients prove each of them.
"""
