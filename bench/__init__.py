"""Benchmarks: ours beside a peer or a limit, in the same run, in turns. `python -m bench NAME`."""
