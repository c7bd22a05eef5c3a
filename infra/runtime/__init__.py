"""Processes: how an app runs, and how a whole house is started, kept up and ended."""

from infra.runtime.app import App
from infra.runtime.embedded_kafka import EmbeddedKafka
from infra.runtime.embedded_postgres import EmbeddedPostgres, furnish
from infra.runtime.folder import AlreadyUp, Folder, FolderRefused, Kind
from infra.runtime.house import House
from infra.runtime.main import run
from infra.runtime.ports import LOOPBACK, Ports
from infra.runtime.refusals import CannotStart
from infra.runtime.supervisor import Supervisor

__all__ = [
    "LOOPBACK",
    "AlreadyUp",
    "App",
    "CannotStart",
    "EmbeddedKafka",
    "EmbeddedPostgres",
    "Folder",
    "FolderRefused",
    "House",
    "Kind",
    "Ports",
    "Supervisor",
    "furnish",
    "run",
]
