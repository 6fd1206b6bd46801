"""Fault runs of the whole product: `python -m tests.chaos --help` (`make chaos`)."""
