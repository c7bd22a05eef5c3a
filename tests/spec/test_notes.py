"""Signed notes, checkpoints and proof files, as C2SP writes them; nothing altered passes."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.audit.checkpoint import Checkpoint, Proof, read, witnessed
from infra.audit.merkle import EMPTY_ROOT, inclusion, leaf_hash
from infra.audit.note import (
    Kind,
    Malformed,
    Note,
    NotSigned,
    Signature,
    Signer,
    VerifierKey,
    opened,
)
from tests.spec.test_merkle import Tree

# The examples of c2sp.org/signed-note and c2sp.org/tlog-checkpoint, byte for byte.
FOO = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SAID = """\
This is an example message.

\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
"""  # noqa: E501
COSIGNED = """\
example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

\u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
\u2014 witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
"""  # noqa: E501
ORIGIN = "house.example/log/agenda"
LINES = [f'{{"sequence":"{number:020}"}}'.encode() for number in range(1, 301)]
TREE = Tree(len(LINES), LINES)
NOW = 1_790_000_000


def signer(seed: int, name: str = ORIGIN, kind: Kind = Kind.NOTE) -> Signer:
    return Signer(name, Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32), kind)


LOG, NEXT, STRANGER = signer(1), signer(2), signer(3)
WITNESS = signer(4, "witness.example/w1", Kind.COSIGNATURE)


def signed(*signers: Signer, size: int = len(LINES), root: bytes = b"") -> str:
    text = str(Checkpoint(ORIGIN, size, root or TREE.growth.root()))
    return str(Note(text, tuple(each.sign(text, time=NOW) for each in signers)))


def a_proof(index: int = 213) -> Proof:
    hashes = tuple(TREE.prove(inclusion(index, len(LINES))))
    return Proof(index, hashes, signed(LOG, WITNESS))


def test_the_standards_own_note_is_read_and_written() -> None:
    key = VerifierKey.parse(FOO)
    note = Note.parse(SAID)
    assert note.text == "This is an example message.\n"
    assert [each.name for each in opened(note, [key])] == ["example.com/foo"]
    assert (str(note), str(key)) == (SAID, FOO)


def test_the_standards_own_checkpoint_is_read_and_written() -> None:
    note = Note.parse(COSIGNED)
    checkpoint = Checkpoint.parse(note.text)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20_852_163)
    assert (str(note), str(checkpoint)) == (COSIGNED, note.text)
    assert int.from_bytes(note.signatures[1].signature[:8], "big") == 1_679_315_147


def test_a_note_of_two_keys_is_trusted_by_who_knows_either() -> None:
    note = signed(LOG, NEXT)
    for known in ([LOG.key], [NEXT.key], [LOG.key, NEXT.key], [STRANGER.key, NEXT.key]):
        assert read(note, ORIGIN, known).size == len(LINES)


def test_a_note_of_nobody_known_is_not_trusted() -> None:
    for known in ([], [STRANGER.key], [signer(1, "another.example").key], [WITNESS.key]):
        with pytest.raises(NotSigned):
            read(signed(LOG), ORIGIN, known)


def test_one_false_signature_in_a_known_name_is_enough_to_refuse() -> None:
    note = Note.parse(signed(LOG, NEXT))
    false = Signature(ORIGIN, LOG.key.key_id, bytes(64))
    with pytest.raises(NotSigned, match="is false"):
        opened(Note(note.text, (note.signatures[1], false)), [LOG.key, NEXT.key])


def test_a_checkpoint_of_another_log_is_refused_though_we_know_the_key() -> None:
    text = str(Checkpoint("other.example/log", 1, leaf_hash(b"")))
    with pytest.raises(NotSigned, match=r"not of house\.example"):
        read(str(Note(text, (LOG.sign(text),))), ORIGIN, [LOG.key])


def test_a_witness_says_when_it_saw_the_checkpoint() -> None:
    assert witnessed(signed(LOG, WITNESS), WITNESS.key) == NOW
    with pytest.raises(NotSigned):
        witnessed(signed(LOG), WITNESS.key)


def test_a_witness_timestamp_cannot_be_moved() -> None:
    note = Note.parse(signed(LOG, WITNESS))
    name, key_id, made = note.signatures[1]
    moved = Signature(name, key_id, (NOW + 1).to_bytes(8, "big") + made[8:])
    for other in (moved, Signature(name, key_id, b"\xff" * 8 + made[8:])):
        with pytest.raises(NotSigned):
            witnessed(str(Note(note.text, (note.signatures[0], other))), WITNESS.key)


def test_a_logs_key_does_not_pass_for_a_witness() -> None:
    both = signer(1, ORIGIN, Kind.COSIGNATURE)
    assert both.key.key_id != LOG.key.key_id
    with pytest.raises(NotSigned):
        witnessed(signed(LOG), both.key)


def test_no_private_key_is_ever_shown() -> None:
    secret = LOG.private.private_bytes_raw()
    for shown in (repr(LOG), str(LOG), f"{LOG!r}"):
        assert base64.b64encode(secret).decode() not in shown
        assert secret.hex() not in shown


@pytest.mark.parametrize(
    "text",
    [
        *("", "no signatures\n", "text\n\n", "text\n\nno dash\n", SAID[:-1], SAID + "\n"),
        *(SAID.replace("\u2014", "-"), SAID.replace("Uw2Q", "!w2Q"), SAID.replace("foo ", "foo  ")),
        *(SAID.replace("aQM=", "aQN="), SAID.replace("message.", "mess\tage."), "x" * 70_000),
        SAID + SAID.splitlines(keepends=True)[-1] * 100,
    ],
)
def test_what_is_no_note(text: str) -> None:
    with pytest.raises(Malformed):
        Note.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "a+b", FOO.replace("530d903a", "530d903b"), FOO.replace("foo", "fo o"), FOO[:-4]),
        *(FOO.replace("AeK", "A+K"), f"{FOO}=", FOO.replace("+Ae", "+Aw"), "+530d903a+AA=="),
    ],
)
def test_what_is_no_verifier_key(text: str) -> None:
    if text == FOO:
        return
    with pytest.raises(Malformed):
        VerifierKey.parse(text)


ROOT = base64.b64encode(bytes(32)).decode()


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "a\n1\n",
            f"a\n1\n{ROOT}",
            f"a\n01\n{ROOT}\n",
            f"a\n-1\n{ROOT}\n",
            f"a\n+1\n{ROOT}\n",
        ),
        *(f"\n1\n{ROOT}\n", f"a b\n1\n{ROOT}\n", f"a\n1\n{ROOT}\nmore\n", f"a\n1\n{ROOT[:-4]}\n"),
        *(f"a\n0\n{ROOT}\n", f"a\n1_0\n{ROOT}\n", f"a\n\u0661\n{ROOT}\n", "a\n1\n!!!\n"),
    ],
)
def test_what_is_no_checkpoint(text: str) -> None:
    with pytest.raises(Malformed):
        Checkpoint.parse(text)


def test_an_empty_log_has_a_checkpoint_too() -> None:
    assert Checkpoint.parse(str(Checkpoint("a", 0, EMPTY_ROOT))).size == 0


def test_a_proof_is_checked_from_public_files_alone() -> None:
    proof = Proof.parse(str(a_proof()))
    assert proof == a_proof()
    shown = proof.holds(LINES[213], ORIGIN, [LOG.key], [WITNESS.key])
    assert (shown.size, shown.root) == (len(LINES), TREE.growth.root())
    with_extra = str(proof).replace("index", "extra QQ==\nindex", 1)
    assert Proof.parse(with_extra) == proof


def test_a_proof_holds_for_its_line_its_place_its_log_and_its_witness_only() -> None:
    proof = a_proof()
    for line, origin, log, witness in (
        (LINES[212], ORIGIN, LOG, WITNESS),
        (LINES[213] + b" ", ORIGIN, LOG, WITNESS),
        (LINES[213], "other.example", LOG, WITNESS),
        (LINES[213], ORIGIN, STRANGER, WITNESS),
        (LINES[213], ORIGIN, LOG, STRANGER),
    ):
        with pytest.raises(NotSigned):
            proof.holds(line, origin, [log.key], [witness.key])
    with pytest.raises(NotSigned):
        proof._replace(place=212).holds(LINES[213], ORIGIN, [LOG.key])


@pytest.mark.parametrize(
    "text",
    [
        *("", "c2sp.org/tlog-proof@v2\nindex 1\n\nx", "c2sp.org/tlog-proof@v1\n\nx"),
        *("c2sp.org/tlog-proof@v1\nindex 01\n\nx", "c2sp.org/tlog-proof@v1\nindex 1\nAA==\n\nx"),
        "c2sp.org/tlog-proof@v1\nindex 1\n" + f"{ROOT}\n" * 64 + "\nx",
    ],
)
def test_what_is_no_proof(text: str) -> None:
    with pytest.raises(Malformed):
        Proof.parse(text)


@settings(max_examples=150, deadline=None)
@given(at=st.integers(0, len(str(a_proof()).encode()) - 1), bit=st.integers(0, 7))
def test_no_bit_of_a_proof_can_be_changed(at: int, bit: int) -> None:
    body = bytearray(str(a_proof()).encode())
    body[at] ^= 1 << bit
    with pytest.raises((Malformed, NotSigned, UnicodeDecodeError)):
        Proof.parse(body.decode()).holds(LINES[213], ORIGIN, [LOG.key], [WITNESS.key])
