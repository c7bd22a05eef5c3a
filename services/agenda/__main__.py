"""python -m services.agenda serve --port N"""

from infra.runtime.service import run_service
from services.agenda.policies.known import READS
from services.agenda.policies.policies import POLICIES
from services.agenda.policies.timers import TIMERS

if __name__ == "__main__":
    run_service("agenda", hears=READS, timers=TIMERS, policies=POLICIES)
