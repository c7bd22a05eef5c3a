"""`python -m services.measurement serve`."""

from infra.runtime.service import run_service
from services.measurement.app import HEARS, create_app
from services.measurement.policies.policies import POLICIES
from services.measurement.policies.timers import TIMERS

if __name__ == "__main__":
    run_service("measurement", create_app, hears=HEARS, timers=TIMERS, policies=POLICIES)
