"""Chapter 03's API measured beside its peers: `python -m benchmarks`.

docs/benchmarks.md says what is measured, and shows what was found.
"""
