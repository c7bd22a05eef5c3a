"""`commonweal token`: who somebody is, signed by the embedded issuer."""

from __future__ import annotations

import argparse
import os
import re
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

from gateway.cli.composition import ISSUER
from infra.runtime import CannotStart, Folder, Kind
from infra.settings import SettingMissing, Settings
from infra.web.auth import ROLES
from infra.web.tokens import issue, make_keys

SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}

TOKEN = """\
Prints a signed token for a request's header `Authorization: Bearer …`. It says who asks (an opaque
reference, never a name), for which organisation, in which roles, and through which system.

  TOKEN=$(commonweal token --person p-17 --role backbone-coordinator --organisation 6f1c…)
  curl -H "Authorization: Bearer $TOKEN" http://127.0.0.1:8080/v1/initiatives

It is signed with the key of the embedded issuer, so it opens this machine's house only. Of two
houses it opens the one at COMMONWEAL_GATEWAY_URL, else the one that is up, else the live one;
--demo and --live say which."""


class NoIssuer(CannotStart):
    def __init__(self, data: Path) -> None:
        super().__init__(
            f"There is no issuer's key in {data}: `commonweal up` makes one; --data, --demo and "
            f"--live say which house is meant."
        )


def add(commands: Any) -> None:
    """Add this family's subcommands."""
    parser = commands.add_parser(
        "token",
        help="sign a token that says who somebody is",
        description=TOKEN,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--person", required=True, help="opaque reference of the person, the `sub`")
    parser.add_argument(
        "--role",
        required=True,
        action="append",
        choices=ROLES,
        metavar="ROLE",
        help="such as backbone-coordinator; again for more",
    )
    parser.add_argument("--organisation", required=True, type=UUID, help="its UUID")
    parser.add_argument("--client", default="commonweal-cli", help="the system that asks")
    parser.add_argument(
        "--expires", default="1h", type=seconds, metavar="SPAN", help="such as 15m, 8h or 30d (1h)"
    )
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(os.environ.get("COMMONWEAL_DATA") or ".commonweal"),
        help="where the data lie (COMMONWEAL_DATA, else .commonweal)",
    )
    which = parser.add_mutually_exclusive_group()
    for flag, kind in (("--demo", Kind.DEMONSTRATION), ("--live", Kind.LIVE)):
        which.add_argument(
            flag, action="store_const", const=(kind,), dest="kinds", help=f"for the {kind} house"
        )
    parser.set_defaults(run=token)
    commands.add_parser(
        "keys",
        help="make the issuer's key pair where COMMONWEAL_TOKEN_KEYS says, if there is none",
        description="Makes issuer.pem, which signs tokens, beside the public keys that "
        "COMMONWEAL_TOKEN_KEYS names. What is there stays. `commonweal up` does it by itself.",
    ).set_defaults(run=keys)


def seconds(text: str) -> int:
    """A span of time: a whole number and its unit."""
    found = re.fullmatch(r"([1-9][0-9]{0,8})([smhd])", text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no span such as 15m, 8h or 30d")
    return int(found[1]) * SECONDS[found[2]]


def token(arguments: argparse.Namespace) -> int:
    """Print the token alone, so that a shell can take it."""
    keys = _keys(arguments.data, arguments.kinds)
    signed = issue(
        keys,
        issuer=os.environ.get("COMMONWEAL_TOKEN_ISSUER") or ISSUER,
        person=arguments.person,
        roles=arguments.role,
        organisation=arguments.organisation,
        client=arguments.client,
        seconds=arguments.expires,
    )
    sys.stdout.write(f"{signed}\n")
    return 0


def keys(_: argparse.Namespace) -> int:
    """Make the key pair once."""
    configured = Settings.from_environment().token_keys
    if not configured:
        raise SettingMissing("COMMONWEAL_TOKEN_KEYS is not set: give the path of jwks.json.")
    make_keys(Path(configured).parent)
    return 0


def _keys(data: Path, kinds: tuple[Kind, ...] | None) -> Path:
    """The issuer's folder: beside the keys of the settings, else that of the house in `data`."""
    if not kinds and (configured := os.environ.get("COMMONWEAL_TOKEN_KEYS")):
        return Path(configured).parent
    made = [kind for kind in kinds or Kind if (data / kind / "keys" / "issuer.pem").exists()]
    if not made:
        raise NoIssuer(data)
    return data / max(made, key=lambda kind: _nearness(data / kind)) / "keys"


def _nearness(path: Path) -> int:
    """How likely this house is meant: the one that is asked, else one that is up."""
    folder = Folder.existing(path)
    if folder is None or folder.holder() is None:
        return 0
    asked = os.environ.get("COMMONWEAL_GATEWAY_URL", "").rstrip("/")
    return 2 if folder.noted().get("url") == asked else 1
