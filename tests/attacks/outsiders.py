"""Attacks of somebody between the house and its reader, who has no key of the house's."""

from __future__ import annotations

import io
import warnings
import zipfile
from dataclasses import replace

from gateway.feeds.archive import LENGTH
from infra.audit.note import Note
from tests.attacks.attack import SEAL, Attempt, attack
from tests.bundles import STRANGER, altered, b64, flipped, pack, replacing, sealed_by, unpacked
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
)


def in_one_byte(name: str) -> Attempt:
    return Attempt(altered(pack(scenario()), {name: flipped}), SEAL)


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
    return Attempt(body.getvalue(), SEAL)


@attack("the zip is cut short")
def _() -> Attempt:
    return Attempt(pack(scenario())[:-200], SEAL)


@attack("what comes is no zip at all")
def _() -> Attempt:
    return Attempt(b"I4 = 65.0", SEAL)


@attack("the figures of another release of the same feed stand in the place of these")
def _() -> Attempt:
    log = scenario()
    other = unpacked(pack(log, 2))
    forged = {
        name: other[name.replace("-1.", "-2.")]
        for name in unpacked(pack(log))
        if name.startswith("release/")
    }
    return Attempt(altered(pack(log), forged), SEAL)


@attack("the seal of another release stands behind this one")
def _() -> Attempt:
    log = scenario()
    body, other = pack(log), sealed_by(pack(log, 2))
    return Attempt(body.removesuffix(sealed_by(body).encode()) + other.encode(), SEAL)


@attack("one byte of the seal is changed")
def _() -> Attempt:
    body = pack(scenario())
    seal = sealed_by(body).encode()
    return Attempt(body.removesuffix(seal) + flipped(seal), SEAL)


@attack("a stranger signs the seal as well")
def _() -> Attempt:
    body = pack(scenario())
    seal = Note.parse(sealed_by(body))
    both = Note(seal.text, (*seal.signatures, replace(STRANGER, name="x").sign(seal.text)))
    front = body.removesuffix(str(seal).encode())[:-LENGTH]
    return Attempt(
        front + len(str(both).encode()).to_bytes(LENGTH, "little") + str(both).encode(), SEAL
    )


@attack("a release is called by the number of another one")
def _() -> Attempt:
    other = altered(pack(scenario()), {"manifest.json": replacing("department-1", "department-2")})
    return Attempt(other, SEAL)


@attack("everything is signed and sealed with a key that is not the agreed one")
def _() -> Attempt:
    return Attempt(pack(scenario(), signer=STRANGER), SEAL)


@attack("the agreed key's name stands over another key's seal")
def _() -> Attempt:
    return Attempt(altered(pack(scenario()), {}, seal=STRANGER), SEAL)


@attack("a key that came with the bundle is taken for the agreed one")
def _() -> Attempt:
    return Attempt(pack(scenario()), SEAL, key=STRANGER)


@attack("the checkpoint bears nobody's signature")
def _() -> Attempt:
    unsigned = replacing("\u2014 tests.example/log/measurement", "\u2014 tests.example/log/other")
    return Attempt(altered(pack(scenario()), {"log/checkpoint": unsigned}), SEAL)


@attack("the checkpoint names another root")
def _() -> Attempt:
    log = scenario()
    root = replacing(b64(log.root()), b64(log.root(3)))
    return Attempt(altered(pack(log), {"log/checkpoint": root}), SEAL)


@attack("the checkpoint names another size")
def _() -> Attempt:
    return Attempt(
        altered(pack(scenario()), {"log/checkpoint": replacing("\n33\n", "\n32\n")}), SEAL
    )


@attack("the README no longer says that the release was replaced")
def _() -> Attempt:
    hidden = replacing("It was replaced by release 2", "Nothing replaces it")
    return Attempt(altered(pack(scenario()), {"README.txt": hidden}), SEAL)


@attack("a release from before its restatement is passed off as what stands now")
def _() -> Attempt:
    now = scenario()
    old = pack(scenario(restated=False))
    return Attempt(old, "The log was only added to since what you had", previous=pack(now, 2))
