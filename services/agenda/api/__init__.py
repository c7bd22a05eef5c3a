"""The agenda over HTTP."""
