"""The offline verifier. It shares no code with the rest: `verify.py` is one file, for strangers."""
