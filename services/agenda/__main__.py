"""python -m services.agenda serve --port N"""

from infra.runtime.service import run_service
from services.agenda.app import HEARS, create_app
from services.agenda.policies.policies import POLICIES
from services.agenda.policies.timers import TIMERS

if __name__ == "__main__":
    run_service("agenda", create_app, hears=HEARS, timers=TIMERS, policies=POLICIES)
