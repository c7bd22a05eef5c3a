"""python -m services.activities serve --port N"""

from infra.runtime.service import run_service
from services.activities.app import HEARS, create_app

if __name__ == "__main__":
    run_service("activities", create_app, hears=HEARS)
