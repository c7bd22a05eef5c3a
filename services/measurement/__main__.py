"""`python -m services.measurement serve`."""

from infra.runtime.service import run_service
from services.measurement.policies.known import READS
from services.measurement.policies.policies import POLICIES
from services.measurement.policies.timers import TIMERS

if __name__ == "__main__":
    run_service("measurement", hears=READS, timers=TIMERS, policies=POLICIES)
