"""What we read in others' facts: only the fields we need. A contract is a file, not an import."""

from gateway.readers import cycles, indicators, initiatives, observations
from gateway.readers.reader import READERS, Reader

__all__ = ["READERS", "Reader", "cycles", "indicators", "initiatives", "observations"]
