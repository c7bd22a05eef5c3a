"""`python -m gateway serve|carry`."""

from gateway.app import carry, face
from infra.runtime import run

if __name__ == "__main__":
    run("gateway", face, carry)
