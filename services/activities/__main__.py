"""python -m services.activities serve --port N"""

from infra.runtime.service import run_service
from services.activities.policies.known import READS
from services.activities.policies.policies import POLICIES
from services.activities.policies.timers import TIMERS

if __name__ == "__main__":
    run_service("activities", hears=READS, timers=TIMERS, policies=POLICIES)
