"""The services' signed logs as the world sees them, and the gateway as their witness."""

from gateway.audit.logs import Logs
from gateway.audit.others import Others
from gateway.audit.witness import Seen, Witness, watching

__all__ = ["Logs", "Others", "Seen", "Witness", "watching"]
