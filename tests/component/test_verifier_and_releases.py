"""A release that the service itself published, corrected and defended, checked by the verifier."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

from infra.audit.note import Signer
from tests.bundles import SIGNER, all_releases, judged, pack
from tests.component.policed import lines_of
from tests.component.releasing import SUPPORTED, WHY, Feeding, feeding
from tests.feeding import Log

OWN = Signer("memory/log/measurement", SIGNER.private)
"""As a service without a database calls its log."""


async def log_of(cast: Feeding) -> Log:
    """The service's log, as it would be signed."""
    log = Log()
    log.lines = [each.text for each in await lines_of(cast.house.app)]
    return log


async def test_a_release_and_its_restatement_prove_themselves(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        cast = await feeding(stack)
        await cast.agree()
        await cast.observe(SUPPORTED)
        profile = await cast.define()
        first = await cast.publish(profile)
        shown = (await cast.steward.get(first)).json()
        await cast.officer.done(
            f"{first}/acknowledgements", {"content_sha256": shown["content_sha256"]}
        )
        doubted = await cast.officer.done(f"{first}/challenges", {"ground": "19 is too many"})
        challenge = doubted["challenges"][0]["challenge_id"]
        answer = {"outcome": "dismissed", "text": "They were counted again"}
        await cast.certifier.done(f"{first}/challenges/{challenge}/resolutions", answer)
        before = pack(await log_of(cast), 1, signer=OWN)
        await cast.publish(profile, replaces=first.rpartition("/")[2], reason=WHY)
        log = await log_of(cast)
    assert [one.number for one in all_releases(log)] == [1, 2]
    for number in (1, 2):
        after = pack(log, number, signer=OWN)
        table = judged(tmp_path, after, key=OWN, previous=before)
        assert table.code == 0, str(table)
    assert "replaced by release 2" in str(judged(tmp_path, pack(log, 1, signer=OWN), key=OWN))
