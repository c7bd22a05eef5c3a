"""The vault: texts that can be forgotten, sealed by keys of which no single place holds enough."""

from services.measurement.vault.folder import FolderShares
from services.measurement.vault.postgres import PostgresShares
from services.measurement.vault.shares import MemoryShares, Shares
from services.measurement.vault.vault import KeyDestroyed, Vault

__all__ = [
    "FolderShares",
    "KeyDestroyed",
    "MemoryShares",
    "PostgresShares",
    "Shares",
    "Vault",
]
