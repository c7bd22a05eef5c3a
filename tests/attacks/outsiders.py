"""Attacks of somebody between the house and its reader, who has no key of the house's."""

from __future__ import annotations

import io
import warnings
import zipfile

from tests.attacks.attack import CORRECTIONS, FILE, FORMATS, KEY, SEAL, Attempt, attack
from tests.bundles import STRANGER, altered, b64, flipped, pack, replacing, unpacked
from tests.feeding import scenario

NAME = "release/bgk-department-1"
ONE_BYTE = (
    f"{NAME}.jsonl",
    f"{NAME}.csv",
    f"{NAME}.csv-metadata.json",
    f"{NAME}.datapackage.json",
    f"{NAME}.sdmx.csv",
    f"{NAME}.sdmx.xml",
    f"{NAME}.parquet",
    f"{NAME}.xlsx",
    f"{NAME}.cids.jsonld",
    "README.txt",
    "log/checkpoint",
    "log/leaves",
    "log/lines.jsonl",
    "log/policy.txt",
    "log/proofs/18.tlog-proof",
    "log/proofs/17-33.consistency",
    "manifest.json",
    "manifest.seal",
)


def in_one_byte(name: str) -> Attempt:
    return Attempt(altered(pack(scenario()), {name: flipped}), "")


for each in ONE_BYTE:
    attack(f"one byte of {each} is changed")(lambda name=each: in_one_byte(name))


@attack("a file is taken out")
def _() -> Attempt:
    return Attempt(altered(pack(scenario()), {f"{NAME}.xlsx": None}), SEAL)


@attack("a file is slipped in")
def _() -> Attempt:
    return Attempt(altered(pack(scenario()), {"release/figures.csv": b"I4,65.0"}), SEAL)


@attack("a name stands twice in the zip, with other figures the second time")
def _() -> Attempt:
    body = io.BytesIO(pack(scenario()))
    with zipfile.ZipFile(body, "a") as archive:
        forged = archive.read(f"{NAME}.csv").replace(b"61.3", b"71.3")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            archive.writestr(f"{NAME}.csv", forged)
    return Attempt(body.getvalue(), FILE)


@attack("the zip is cut short")
def _() -> Attempt:
    return Attempt(pack(scenario())[:-200], FILE)


@attack("what comes is no zip at all")
def _() -> Attempt:
    return Attempt(b"I4 = 65.0", FILE)


@attack("the figures of another release of the same feed stand in the place of these")
def _() -> Attempt:
    log = scenario()
    other = unpacked(pack(log, 2))
    forged = {
        name: other[name.replace("-1.", "-2.")]
        for name in unpacked(pack(log))
        if name.startswith("release/")
    }
    return Attempt(altered(pack(log), forged), FORMATS)


@attack("the seal of another release stands under this manifest")
def _() -> Attempt:
    log = scenario()
    return Attempt(
        altered(pack(log), {"manifest.seal": unpacked(pack(log, 2))["manifest.seal"]}), SEAL
    )


@attack("a release is called by the number of another one")
def _() -> Attempt:
    other = altered(pack(scenario()), {"manifest.json": replacing('"number": 1', '"number": 2')})
    return Attempt(other, SEAL)


@attack("everything is signed and sealed with a key that is not the agreed one")
def _() -> Attempt:
    return Attempt(pack(scenario(), signer=STRANGER), KEY)


@attack("the agreed key's name stands over another key's seal")
def _() -> Attempt:
    return Attempt(altered(pack(scenario()), {}, seal=STRANGER), SEAL)


@attack("a key that came with the bundle is taken for the agreed one")
def _() -> Attempt:
    return Attempt(pack(scenario()), KEY, key=STRANGER)


@attack("the checkpoint bears nobody's signature")
def _() -> Attempt:
    unsigned = replacing("\u2014 tests.example/log/measurement", "\u2014 tests.example/log/other")
    return Attempt(altered(pack(scenario()), {"log/checkpoint": unsigned}), KEY)


@attack("the checkpoint names another root")
def _() -> Attempt:
    log = scenario()
    root = replacing(b64(log.root()), b64(log.root(3)))
    return Attempt(altered(pack(log), {"log/checkpoint": root}), KEY)


@attack("the checkpoint names another size")
def _() -> Attempt:
    return Attempt(
        altered(pack(scenario()), {"log/checkpoint": replacing("\n33\n", "\n32\n")}), KEY
    )


@attack("the manifest no longer says that the release was replaced")
def _() -> Attempt:
    hidden = replacing('"replaced_by": 2', '"replaced_by": null')
    return Attempt(altered(pack(scenario()), {"manifest.json": hidden}), CORRECTIONS)


@attack("a release from before its restatement is passed off as what stands now")
def _() -> Attempt:
    now = scenario()
    old = pack(scenario(restated=False))
    return Attempt(old, "The log was only added to since what you had", previous=pack(now, 2))
