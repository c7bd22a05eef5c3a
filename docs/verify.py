#!/usr/bin/env python3
"""Checks a bundle of an outcome feed offline, with nothing but the key in your agreement.

    python3 verify.py BUNDLE --key KEY [--previous BUNDLE_OR_CHECKPOINT] [--policy POLICY]

It needs Python 3.11 and the package "cryptography", no network, and nothing of who made the bundle.
It prints a table of claims: each holds, does not hold, or cannot be told, and why. It ends with 0
where none fails, and with 1 where one does.

Read it from the top. Part 1 is the table: what is claimed, and in a few lines how each claim is
checked. The parts behind it are what these lines rest on:
  2. the zip: not one byte of it is free, and none can hurt whoever opens it
  3. signed notes (c2sp.org/signed-note): who signed a text
  4. the log: its lines, and a tree of hashes over them (RFC 6962) whose root the log signed
  5. the release: the steps that led to it, and what took its place
  6. the figures: every format says the same; rates and totals follow
  7. small numbers: whether a withheld figure could be worked out
"""

from __future__ import annotations

import argparse
import base64
import csv
import hashlib
import io
import json
import re
import struct
import sys
import zipfile
from array import array
from collections import deque
from contextlib import contextmanager, suppress
from decimal import Decimal
from itertools import takewhile
from pathlib import Path
from xml.etree import ElementTree

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

HOLDS, FAILS, UNKNOWN = "holds", "does not hold", "cannot be told"


class Fails(Exception):
    """A claim that does not hold, and why."""


class Unknown(Exception):
    """A claim that cannot be told from here, and why."""


def must(truth, otherwise):
    if not truth:
        raise Fails(otherwise)


class Table:
    """The claims, in order."""

    def __init__(self):
        self.rows = []

    @contextmanager
    def claim(self, text, *, vital=False):
        """Holds if nothing fails within. What follows a vital claim makes no sense without it."""
        verdict, said = HOLDS, []
        try:
            yield said.append
        except Unknown as reason:
            verdict, said = UNKNOWN, [str(reason)]
        except Fails as reason:
            verdict, said = FAILS, [str(reason)]
        except Exception as error:  # a hostile file: what cannot be read does not hold
            verdict, said = FAILS, [f"it cannot be read: {type(error).__name__}: {error}"]
        self.rows.append((text, verdict, "; ".join(said)))
        if vital:
            must(verdict == HOLDS, text)

    @property
    def code(self):
        return 1 if any(verdict == FAILS for _, verdict, _ in self.rows) else 0

    def __str__(self):
        marks = {HOLDS: "+", FAILS: "X", UNKNOWN: "?"}
        return "".join(
            f" {marks[verdict]} {verdict:<14} {text}{': ' + why if why else ''}\n"
            for text, verdict, why in self.rows
        )


# 1. What is claimed ---------------------------------------------------------------------------


def verified(path, agreed, previous=None, policy=None):
    """The table of all claims about a bundle."""
    table = Table()
    with suppress(Fails):
        bundle, keys, checkpoint = about_file(table, path, agreed)
        with table.claim("Witnesses saw the same log"):
            check_quorum(policy, checkpoint.note)
        lines = about_log(table, bundle, keys, checkpoint, previous)
        feed = about_release(table, bundle, lines)
        about_figures(table, feed, lines)
    return table


def about_file(table, path, agreed):
    with table.claim("The file is a bundle", vital=True):
        bundle = Bundle(path)
    signed = "The log signed its checkpoint, with the key in your agreement"
    with table.claim(signed, vital=True) as say:
        keys = Keys(agreed, bundle.text("log/handovers") if "log/handovers" in bundle.names else "")
        checkpoint = Checkpoint(bundle.text("log/checkpoint"), keys.after)
        say(f"{agreed.name}, {checkpoint.size} lines")
        if checkpoint.key is not agreed:
            say(f"by {checkpoint.key.text}, to which yours was handed over")
    with table.claim("Every file is as that key sealed it, to the last byte"):
        bundle.check_seal(checkpoint.key)
    return bundle, keys, checkpoint


def about_log(table, bundle, keys, checkpoint, previous):
    with table.claim("The lines can be read", vital=True):
        lines = Lines(bundle)
    with table.claim("No line was changed, left out, slipped in or moved", vital=True) as say:
        tree = Tree(bundle.read("log/leaves"))
        must(tree.size == checkpoint.size, f"{tree.size} lines, and {checkpoint.size} were signed")
        must(tree.root() == checkpoint.root, "the lines do not hash to the signed root")
        lines.check(tree)
        say(f"{tree.size} lines, of which you may read {len(lines.places)}")
    with table.claim("The log was only added to since each release and each change of its key"):
        for then in [
            f.data["checkpoint"] for f in named(lines.facts, "feed-released")
        ] + keys.checkpoints:
            same = tree.had(then["size"], then["root"])
            must(same and then["origin"] == checkpoint.key.name, f"not since line {then['size']}")
    with table.claim("The log was only added to since what you had before") as say:
        if previous is None:
            raise Unknown("give what you had (--previous)")
        say(f"since line {check_growth(previous, keys, tree, lines)}")
    with table.claim("The proofs beside it hold as well") as say:
        proofs = [name for name in bundle.names if name.startswith("log/proofs/")]
        for name in proofs:
            check_proof(name, bundle.text(name), tree, checkpoint)
        say(f"{len(proofs)} of them")
    with table.claim("What the lines say that you may not read"):
        if hidden := tree.size - len(lines.places):
            raise Unknown(f"{hidden} lines are not for you: you have their hashes only")
    return lines


def about_release(table, bundle, lines):
    manifest = bundle.manifest
    whole = "The release stands in the log, whole, approved by another person"
    with table.claim(whole, vital=True) as say:
        feed = Feed(manifest, lines)
        this = feed.this
        for name in ("number", "content_sha256", "initiative_id"):
            must(manifest[name] == this.released.data[name], f"the manifest has another {name}")
        say(f"release {this.number} of {manifest['profile']}, line {this.released.place}")
    with table.claim("Every release is there, and every correction shows") as say:
        by = feed.replaced_by()[this.id]
        must(manifest["replaced_by"] == by, "it hides by what it was replaced")
        must(manifest["replaces"] == this.replaces, "it hides what it replaces")
        say(f"this one was replaced by release {by}" if by else "nothing replaces this one so far")
        if this.replaces:
            say(f"this one replaces {this.replaces}")
    with table.claim("Every format says the same figures") as say:
        say(", ".join(same_in_formats(bundle, this.cells)))
    if f"release/{manifest['name']}.parquet" in bundle.names:
        with table.claim("The Parquet file says the same figures"):
            raise Unknown("this script does not read Parquet; the seal covers its bytes")
    return feed


def about_figures(table, feed, lines):
    follow = hidden = 0
    with table.claim("Rates follow from their counts, totals from their parts") as say:
        follow, hidden = figures_follow(feed, lines)
        say(f"{follow} figures are what the lines say that you may read")
    with table.claim("Figures whose lines you may not read"):
        if hidden:
            raise Unknown(f"{hidden} figures follow from lines that hold more than you may read")
    withheld = "No withheld figure can be worked out from sums and earlier releases"
    with table.claim(withheld, vital=True) as say:
        say(f"{small_numbers(feed)} were tried")
    with table.claim("Nor where the strata that are told of a figure are all of it"):
        try:
            small_numbers(feed, whole_strata=True)
        except Fails as reason:
            raise Unknown(f"nobody says that they are; if so, {reason}") from None


# 2. The zip -----------------------------------------------------------------------------------

NAME = re.compile(r"(?!\.)[\w.-]{1,99}(/(?!\.)[\w.-]{1,99}){,3}", re.ASCII)
MOST_FILES = 10_000
LARGEST = 64_000_000  # of a file that is read whole; lines are read one by one
SQUEEZED = 200  # so many times larger than packed, at most; an honest file comes to 30


class Bundle:
    """The zip: files side by side, then the list of them. It is read from its first byte to its
    last, and held against the only bytes there may be."""

    def __init__(self, path):
        self.names, at, listed, digest = [], 0, b"", hashlib.sha256()
        with open(path, "rb") as file:
            while (head := file.read(30)).startswith(b"PK\3\4"):
                kind, crc, packed, size, length = struct.unpack("<8xH4x3IH2x", head)
                about = struct.pack("<5H3I2H", 20, 0, kind, 0, 33, crc, packed, size, length, 0)
                must(head[4:] == about, f"an odd head at byte {at}")
                name = file.read(length)
                self.admit(name.decode(), kind, packed, size)
                if name == b"manifest.json":
                    self.packed = digest.hexdigest()  # of all in front of it
                place = struct.pack("<3H2I", 0, 0, 0, 0o644 << 16, at)
                listed += b"PK\1\2\x14\3" + about + place + name
                digest.update(head + name)
                for done in range(0, packed, 1 << 20):
                    digest.update(file.read(min(1 << 20, packed - done)))
                at += len(head + name) + packed
            count = len(self.names), len(self.names)
            listed += struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, *count, len(listed), at, 0)
            must(head + file.read(len(listed)) == listed, "it ends as no zip of ours does")
        self.zip, self.sealed = zipfile.ZipFile(path), {}
        self.manifest = json.loads(self.text("manifest.json"))
        must(self.manifest["format"] == "commonweal-bundle/1", "this script does not know its kind")

    def admit(self, name, kind, packed, size):
        """Refuse what is made to hurt whoever unpacks it."""
        self.names.append(name)
        must(len(self.names) <= MOST_FILES, "it has too many files")
        must(NAME.fullmatch(name), f"an odd name: {name!r:.40}")
        most = max(1 << 20, SQUEEZED * packed)
        if name != "log/lines.jsonl" and (name, kind) != ("log/leaves", zipfile.ZIP_STORED):
            most = min(most, LARGEST)
        must(kind in (0, 8) and size <= most, f"{name} is too large to be read")

    def check_seal(self, key):
        """The key signed the manifest, and that holds the hash of all in front of it."""
        note, manifest = Note(self.text("manifest.seal")), self.read("manifest.json")
        digest, files = hashlib.sha256(manifest).hexdigest(), self.manifest["files"]
        must(key.made(note), "the manifest is not signed by this key")
        must(note.text == f"commonweal-seal/1\n{key.name}\n{digest}\n", "the manifest was changed")
        odd = {*files, "manifest.json", "manifest.seal"} ^ {*self.names}
        must(not odd, f"missing or slipped in: {', '.join(sorted(odd))}")
        self.sealed = files
        if self.packed != self.manifest["packed"]:
            for name in files:
                deque(self.chunks(name), 0)
            raise Fails("the zip was changed, though no file in it")

    def chunks(self, name):
        digest = hashlib.sha256()
        with self.zip.open(name) as file:
            while chunk := file.read(1 << 18):
                digest.update(chunk)
                yield chunk
        now = digest.hexdigest()
        must(self.sealed.get(name, now) == now, f"{name} was changed")

    def read(self, name):
        return b"".join(self.chunks(name))

    def text(self, name):
        return self.read(name).decode()


# 3. Signed notes ------------------------------------------------------------------------------


class Note:
    """A text, an empty line, and lines of signatures."""

    def __init__(self, whole):
        head, blank, tail = whole.rpartition("\n\n")
        must(blank and tail.endswith("\n"), "this is no signed note")
        self.text, self.signatures = head + "\n", []
        for line in tail[:-1].split("\n"):
            dash, name, encoded = line.split(" ")
            data = base64.b64decode(encoded, validate=True)
            must(dash == "\u2014" and len(data) > 4, "a line of the note is no signature")
            must(base64.b64encode(data).decode() == encoded, "a signature is spelt oddly")
            self.signatures.append((name, data[:4], data[4:]))


class Key:
    """A verifier key: NAME+ID+BASE64, of a log (1) or of a witness (4)."""

    def __init__(self, text):
        self.text = text.strip()
        self.name, id, encoded = self.text.split("+", 2)
        data = base64.b64decode(encoded, validate=True)
        self.kind, self.public = data[0], Ed25519PublicKey.from_public_bytes(data[1:])
        self.id = hashlib.sha256(f"{self.name}\n".encode() + data).digest()[:4]
        if self.id.hex() != id or self.kind not in (1, 4):
            raise ValueError("this is no verifier key")

    def made(self, note):
        """Whether this key signed the note; a false signature in its name raises Fails."""
        mine = [made for *who, made in note.signatures if who == [self.name, self.id]]
        for signature in mine:
            text = note.text
            if self.kind == 4:  # a witness signs the time as well
                time, signature = int.from_bytes(signature[:8], "big"), signature[8:]
                text = f"cosignature/v1\ntime {time}\n{text}"
            try:
                self.public.verify(signature, text.encode())
            except InvalidSignature:
                raise Fails(f"the signature in the name of {self.name} is false") from None
        return bool(mine)


class Checkpoint:
    """What a log signed: its name, its size, and the hash of all of it."""

    def __init__(self, whole, keys):
        self.note, name = Note(whole), keys[0].name
        made = [key for key in keys if key.made(self.note)]
        must(made, f"it is not signed by {name} with the key that you gave")
        origin, size, root, rest = self.note.text.split("\n")
        must(origin == name and not rest, f"this is a checkpoint of {origin}")
        must(re.fullmatch(r"0|[1-9]\d{0,18}", size, re.ASCII), "its size is no number")
        self.key, self.size, self.root = made[0], int(size), base64.b64decode(root, validate=True)


class Keys:
    """The agreed key, those after and those before it. Each went over to the next by a note that
    both signed, with the log's size and root at that time."""

    def __init__(self, agreed, handovers):
        self.after, self.before, self.checkpoints, told = [agreed], [agreed], [], []
        parts = handovers.removesuffix("\n").split("\n\n") if handovers else []
        for said, signed in zip(parts[::2], parts[1::2], strict=True):
            note = Note(f"{said}\n\n{signed}\n")
            kind, old, new, _, origin, size, root = said.split("\n")
            old, new = Key(old), Key(new)
            must(kind == "commonweal-handover/1", "this hands no key over")
            must({origin} == {old.name, new.name}, "a key was handed over to another log")
            must(old.made(note) and new.made(note), "a key was handed over that one did not sign")
            told.append((old, new))
            self.checkpoints.append({"origin": origin, "size": int(size), "root": root})
        for old, new in told:
            if old.text == self.after[-1].text:
                self.after.append(new)
        for old, new in reversed(told):
            if new.text == self.before[-1].text:
                self.before.append(old)


def check_quorum(policy, note):
    """Enough witnesses cosigned, by a policy that names them (c2sp.org/tlog-policy)."""
    if policy is None:
        raise Unknown("give a policy that names them (--policy)")
    met, quorum = {"none": True}, []
    for line in policy.splitlines():
        what, *words = line.partition("#")[0].split() or [""]
        if what == "witness":
            key = Key(words[1])
            must(key.kind == 4, f"{words[0]} is not the key of a witness")
            met[words[0]] = key.made(note)
        elif what == "group":
            name, least, *names = words
            least = {"all": len(names), "any": 1}.get(least) or int(least)
            met[name] = sum(met[one] for one in names) >= least
        elif what == "quorum":
            quorum.append(words[0])
        else:
            must(what in ("", "log"), f"a policy has no line {what}")
    must(len(quorum) == 1 and quorum[0] in met, "the policy names no quorum, or several")
    who = ", ".join(name for name in met if met[name] and name != "none") or "nobody"
    must(met[quorum[0]], f"the quorum {quorum[0]} is missed: cosigned by {who}")


# 4. The log -----------------------------------------------------------------------------------

LONGEST_LINE = 65_535
MOST_READ = 128_000_000  # of the lines that tell of releases
DEFINITIONS = ("indicator-defined", "indicator-definition-changed")
TAIL = re.compile(  # a line's fields stand in order: behind the time of recording no text is free
    rb'"recordedtime":"([^"]*)".*"sequence":"(\d{20})".*"subject":"([^"]*)".*'
    rb'"type":"\w+\.\w+\.([\w-]+)\.v\d+"}'
)


class Fact:
    """What a line says: what happened to which stream, and as its which version."""

    def __init__(self, name, line):
        self.name, self.data, self.version = name, line["data"], line["streamversion"]
        self.stream, self.place = line["subject"].rpartition("/")[2], int(line["sequence"])


def named(facts, name):
    return [fact for fact in facts if fact.name == name]


class Lines:
    """The lines that you may read: the place and hash of each, and what they say of releases."""

    def __init__(self, bundle):
        self.bundle, self.places, self.hashes, self.facts = bundle, array("Q"), bytearray(), []
        place, time, read = 0, b"", 0
        for line in self.each():
            before = place, time
            found = TAIL.fullmatch(line, line.rindex(b'"recordedtime":"'))
            time, place, subject, fact = found[1], int(found[2]), found[3], found[4].decode()
            must(before[0] < place, "lines are out of order")
            must(before[1] <= time, f"line {place} was recorded before the one in front of it")
            self.places.append(place)
            self.hashes += hashlib.sha256(b"\0" + line).digest()
            if b"/feed-" in subject or fact in DEFINITIONS:
                read += len(line)
                must(read <= MOST_READ, "more is told of releases than an honest bundle holds")
                self.facts.append(Fact(fact, json.loads(line)))

    def each(self):
        rest = b""
        for chunk in self.bundle.chunks("log/lines.jsonl"):
            *whole, rest = (rest + chunk).split(b"\n")
            must(len(rest) <= LONGEST_LINE, "a line is too long")
            yield from whole
        must(not rest, "the last line has no end")

    def values(self, wanted):
        """By place: what these lines say, as far as you may read them."""
        last = max(wanted, default=0)
        each = takewhile(lambda one: one[0] <= last, zip(self.places, self.each(), strict=True))
        return {place: json.loads(line)["data"] for place, line in each if place in wanted}

    def check(self, tree):
        """Each stands at its place in the tree."""
        for at, place in enumerate(self.places):
            same = self.hashes[32 * at : 32 * at + 32] == tree.leaf(place)
            must(same, f"line {place} is not the one that was signed")


def halves(first, end):
    """Where a tree is parted: its left half holds the largest power of two below its size."""
    return first + (1 << (end - first - 1).bit_length() - 1)


class Tree:
    """The hashes over a log's lines (RFC 6962, 2.1), two by two, row above row. Parts of it are
    told by the lines that they hold: those behind `first`, up to `end`."""

    def __init__(self, leaves):
        must(len(leaves) % 32 == 0, "the leaves are cut short")
        self.size, self.rows, sha256 = len(leaves) // 32, [leaves], hashlib.sha256
        while len(row := self.rows[-1]) > 32:
            pairs = range(0, len(row) - 32, 64)
            self.rows.append(b"".join([sha256(b"\1" + row[at : at + 64]).digest() for at in pairs]))

    def leaf(self, place):
        return self.rows[0][32 * place - 32 : 32 * place]

    def root(self, size=None):
        """The hash of all lines, or of the first so many."""
        size = self.size if size is None else size
        return self.part(0, size) if size else hashlib.sha256().digest()

    def part(self, first, end):
        height = (end - first).bit_length() - 1
        if end - first == 1 << height:
            at = 32 * (first >> height)
            return self.rows[height][at : at + 32]
        middle = halves(first, end)
        both = self.part(first, middle) + self.part(middle, end)
        return hashlib.sha256(b"\1" + both).digest()

    def had(self, size, root):
        return size <= self.size and self.root(size) == base64.b64decode(root)

    def inclusion(self, place, first, end):
        """The only hashes that prove a line to stand at its place."""
        if end - first == 1:
            return []
        middle = halves(first, end)
        if place <= middle:
            return [*self.inclusion(place, first, middle), self.part(middle, end)]
        return [*self.inclusion(place, middle, end), self.part(first, middle)]

    def consistency(self, old, first, end):
        """The only hashes that prove the tree to begin with what it was at an older size."""
        if old in (0, end):
            return [self.part(first, end)] if first else []
        middle = halves(first, end)
        if old <= middle:
            return [*self.consistency(old, first, middle), self.part(middle, end)]
        return [*self.consistency(old, middle, end), self.part(first, middle)]


def check_growth(previous, keys, tree, lines):
    """The log begins with what it was when you had a checkpoint of it, alone or in a bundle, and
    hides no line that you could read then; gives how large it was."""
    bundle = Bundle(previous) if zipfile.is_zipfile(previous) else None
    note = bundle.text("log/checkpoint") if bundle else Path(previous).read_text("utf-8")
    had = Checkpoint(note, keys.after + keys.before)
    must(had.size <= tree.size, f"you had {had.size} lines before, and this log has {tree.size}")
    must(tree.root(had.size) == had.root, f"its first {had.size} lines are others: keep both")
    missing = {*Lines(bundle).places} - {*lines.places} if bundle else ()
    must(not missing, f"lines that you could read are hidden: {sorted(missing)[:5]}")
    return had.size


def check_proof(name, text, tree, checkpoint):
    """A file by which who has nothing else may check a line (c2sp.org/tlog-proof), or growth."""
    if name.endswith(".consistency"):
        said = json.loads(text)
        same = tree.had(**said["old"]) and tree.had(**said["new"])
        must(same and said["new"]["size"] == tree.size, f"{name} names another root")
        proof, right = said["proof"], tree.consistency(said["old"]["size"], 0, tree.size)
    else:
        head, _, note = text.partition("\n\n")
        kind, index, *proof = head.split("\n")
        must(kind == "c2sp.org/tlog-proof@v1", f"{name} is no tlog-proof")
        must(Note(note).text == checkpoint.note.text, f"{name} is of another checkpoint")
        right = tree.inclusion(int(index.removeprefix("index ")) + 1, 0, tree.size)
    must([base64.b64decode(one) for one in proof] == right, f"{name} proves nothing")


# 5. The release -------------------------------------------------------------------------------


class Feed:
    """The releases of one profile in order, and the one that the bundle is about."""

    def __init__(self, manifest, lines):
        profile, streams = manifest["profile_id"], {}
        for fact in lines.facts:
            streams.setdefault(fact.stream, []).append(fact)
        terms = [fact.data for fact in streams.get(profile, ()) if "policy" in fact.data]
        versions = [one.get("profile_version", 1) for one in terms]
        must(terms and versions == count(terms), "a version of the profile is missing")
        self.wholes = [whole for one in terms for whole in one["places"].get("wholes", ())]
        defined = [fact for fact in lines.facts if fact.name in DEFINITIONS]
        released = [
            f for f in named(lines.facts, "feed-released") if f.data["profile_id"] == profile
        ]
        self.releases = [Release(fact, streams[fact.stream], defined) for fact in released]
        self.releases.sort(key=lambda one: one.number)
        for one in self.releases:
            one.check(terms)
        this = [one for one in self.releases if one.id == manifest["release_id"]]
        must(this, "the lines hold no such release")
        self.this = this[0]

    def replaced_by(self):
        """By release: the number of the one that took its place, which says so, and why."""
        numbers = [one.number for one in self.releases]
        must(numbers == count(numbers), f"of releases {numbers} one is missing")
        by = {one.id: None for one in self.releases}
        for one in self.releases:
            said, wanted = named(one.facts, "feed-restated"), [one.replaces] if one.replaces else []
            same = [fact.data["replaces"] for fact in said] == wanted and by.keys() >= {*wanted}
            must(same, f"release {one.number} hides what it replaces")
            why = all(fact.data["provenance"].get("reason") for fact in said)
            must(why, f"release {one.number} replaces another one without a reason")
            by |= dict.fromkeys(wanted, one.number)
        return by


class Release:
    """A release as its lines tell it."""

    def __init__(self, released, facts, defined):
        self.facts, self.released, self.id = facts, released, released.stream
        self.number = released.data["number"]
        self.prepared = self.one("feed-release-prepared")
        self.replaces = self.prepared.data.get("replaces")
        self.control = self.one("disclosure-control-applied")
        self.policy, self.revisions = (self.control.data[one] for one in ("policy", "revisions"))
        cells = [
            cell
            for page in named(self.facts, "released-cells-frozen")
            for cell in page.data["cells"]
        ]
        self.cells = sorted(cells, key=order)
        self.defined = {}  # the last definition of each series when the release was prepared
        for fact in defined:
            if fact.place < self.prepared.place:
                series = fact.data.get("series_version", fact.data["version"])
                self.defined[fact.stream, series] = fact.data["definition"]

    def definition(self, cell):
        return self.defined.get((cell["indicator_id"], cell["definition_version"]), {})

    def one(self, name):
        found = named(self.facts, name)
        must(len(found) == 1, f"release {self.number} has {len(found)} lines {name}")
        return found[0]

    def check(self, terms):
        """Its stream has no hole, every step was taken, in order, and all of them mean the same."""
        release, control = f"release {self.number}", self.control
        approved = self.one("feed-release-approved")
        must([fact.version for fact in self.facts] == count(self.facts), f"{release} lacks a line")
        pages = [fact.data["page"] for fact in named(self.facts, "released-cells-frozen")]
        must(pages == count(pages), f"{release} lacks a page")
        must(named(self.facts, "reliability-determined"), f"nobody said what {release} is good for")
        steps = [fact.version for fact in (self.prepared, control, approved, self.released)]
        must(steps == sorted(steps), f"{release} skips a step")
        people = {fact.data["provenance"]["actor"] for fact in (self.prepared, approved)}
        must(len(people) == 2, f"who prepared {release} approved it")
        must(len({order(cell) for cell in self.cells}) == len(self.cells), "a cell stands twice")
        statuses = [cell["conf_status"] for cell in self.cells]
        counts = [len(statuses), statuses.count("N"), statuses.count("D")]
        said = [control.data[name] for name in ("cells", "primary", "secondary")]
        must(counts == said, f"{release} counts {said}, and shows {counts}")
        agreed = terms[self.prepared.data["profile_version"] - 1]["policy"]
        strict = all(self.policy[name] >= agreed[name] for name in ("min_count", "k"))
        strict = strict and self.policy["show_zero"] <= agreed["show_zero"]
        must(strict, f"{release} was made by weaker rules than its profile's")
        hashes = {fact.data["content_sha256"] for fact in (approved, self.released)}
        hashes.add(hashlib.sha256(exact(self.cells)).hexdigest())
        must(len(hashes) == 1, f"{release} is not what was approved and published")


def count(those):
    return list(range(1, len(those) + 1))


def canonical(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def exact(cells):
    """The text whose hash was approved and published."""
    return "".join(canonical(cell) + "\n" for cell in cells).encode()


def table_of(said):
    """Figures of one table are added up, and held against the same table of other releases."""
    period = said["period"]["start"], said["period"]["end"]
    return said["indicator_id"], said["definition_version"], period


def code_of(place):
    return place["scheme"], place["edition"], place["code"]


def order(cell):
    where = code_of(cell["place"]), canonical(cell["dimensions"])
    return cell["indicator_code"], *table_of(cell)[1:], *where


# 6. The figures -------------------------------------------------------------------------------

FIGURES = ("value", "numerator", "denominator")
PERCENT = ("%", "percent")
SDMX = {
    "INDICATOR": "indicator_code",
    "DEFINITION": "definition_version",
    "REF_AREA": "place_code",
    "OBS_VALUE": "value",
}


def number(text):
    if text in (None, "", "np", "missing"):
        return None
    plain = re.fullmatch(r"-?\d{1,60}(\.\d{1,60})?(E[+-]\d\d)?", str(text), re.ASCII)
    must(plain, f"{text!s:.40} is no number")
    return Decimal(text)


def figures(cell):
    return [number(cell.get(name)) for name in FIGURES]


def called(cell):
    return f"{cell['indicator_code']} of {cell['place'].get('label') or cell['place']['code']}"


def same_in_formats(bundle, cells):
    """Every format that this script can read says what the log says; gives which."""
    read, name = ["jsonl"], f"release/{bundle.manifest['name']}"
    must(bundle.read(f"{name}.jsonl") == exact(cells), "the JSON Lines are not those of the log")
    for suffix, says in FORMATS.items():
        if name + suffix in bundle.names:
            same = says(bundle.read(name + suffix), cells)
            must(same, f"{name}{suffix} says something other than the log")
            read.append(suffix[1:])
    return read


def in_csv(body, cells):
    return in_table(list(csv.reader(io.StringIO(body.decode(), newline=""))), cells)


def in_table(table, cells):
    """CSV, SDMX-CSV, or the sheet of a workbook: a head, and a row for each cell."""
    strata, sdmx = sorted({name for cell in cells for name in cell["dimensions"]}), False
    if table[0][0] == "STRUCTURE":
        sdmx, table[0] = True, [SDMX.get(name, name.lower()) for name in table[0]]
    first, width = (6, 16) if sdmx else (11, 19)  # where the strata stand, and what there is beside
    last = first + len(strata)
    head = table[0][:first] + table[0][last:]
    must(len({*head}) == len(head) == width, "odd columns")
    names = [one.removeprefix("dimension:") for one in table[0][first:last]]
    must(sdmx or all(map(spelt, names, strata)), "odd strata")
    for row, cell in zip(table[1:], cells, strict=True):
        said = dict(zip(head, row[:first] + row[last:], strict=True))
        place, period = cell["place"], cell["period"]
        texts = [cell["indicator_code"], str(cell["definition_version"]), place["code"]]
        texts += [cell["dimensions"].get(name, "_T") for name in strata]
        codes = [said["indicator_code"], said["definition_version"], said["place_code"]]
        codes += row[first:last]
        when = said["time_period"][:4] if sdmx else said["period_start"]
        if not sdmx:
            texts += [place["scheme"], place["edition"], period["end"]]
            codes += [said["place_scheme"], said["place_edition"], said["period_end"]]
        same = all(map(coded if sdmx else spelt, codes, texts)) and period["start"].startswith(when)
        same = same and figures(said) == figures(cell)
        if not same or any(said[name] != cell[name] for name in ("obs_status", "conf_status")):
            return False
    return True


def spelt(code, text):
    """A text that a spreadsheet might run has an apostrophe in front of it."""
    return code in (text, "'" + text)


def coded(code, text):
    """SDMX allows few letters in a code, and no code twice."""
    plain = re.sub(r"[^A-Za-z0-9_@$-]", "_", text)
    return code == plain or code.startswith(plain + "_") or code.endswith("-" + plain)


def in_xlsx(body, cells):
    """A workbook: no formula, and its first sheet is such a table."""
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        sheets = sorted(name for name in book.namelist() if name.startswith("xl/worksheets/sheet"))
        must(len(sheets) <= 2, "the workbook holds more than two sheets")
        shared, *trees = [in_xml(book, name) for name in ("xl/sharedStrings.xml", *sheets)]
    formulas = [one for tree in trees for one in tree.findall(".//{*}f")]
    must(not formulas, "the workbook holds a formula")
    texts, table = ["".join(one.itertext()) for one in shared], []
    texts = [re.sub("_x([0-9A-F]{4})_", lambda one: chr(int(one[1], 16)), one) for one in texts]
    for line in trees[0].findall(".//{*}row"):
        row = {}
        for one in line.findall("{*}c"):
            said = one.findtext("{*}v")
            row[one.get("r").rstrip("0123456789")] = (
                texts[int(said)] if one.get("t") == "s" else said
            )
        table.append(row)
    return in_table([[row.get(at, "") for at in table[0]] for row in table], cells)


def in_xml(book, name):
    """A part of a workbook. What an honest one has none of, such as entities, is not unfolded."""
    must(book.getinfo(name).file_size <= LARGEST, f"{name} is too large to be read")
    body = book.read(name)
    must(body.startswith(b"<?xml") and b"<!" not in body, f"{name} is XML of another kind")
    return ElementTree.fromstring(body)


def in_cids(body, cells):
    """JSON-LD: a report for each cell."""
    graph = json.loads(body)["@graph"]
    reports = [node for node in graph if node["@type"] == "cids:IndicatorReport"]
    return all(
        number(report["value"]["hasNumericalValue"]) == number(cell.get("value"))
        and report["confStatus"] == cell["conf_status"]
        and report["startedAtTime"][:10] == cell["period"]["start"]
        and report["endedAtTime"][:10] == cell["period"]["end"]
        and report["hasName"].startswith(cell["place"].get("label") or cell["place"]["code"])
        and cell["indicator_id"] in report["forIndicator"]
        for report, cell in zip(reports, cells, strict=True)
    )


FORMATS = {".csv": in_csv, ".sdmx.csv": in_csv, ".xlsx": in_xlsx, ".cids.jsonld": in_cids}


def figures_follow(feed, lines):
    """Counts the figures that follow from lines that can be read, and the others."""
    follow = hidden = 0
    cells = {order(cell): cell for cell in feed.this.cells}
    values = lines.values({at for cell in cells.values() for at in cell["inputs"]})
    for cell in cells.values():
        if cell["conf_status"] != "F" or not cell.get("value"):
            continue
        rate_follows(cell)
        for whole in feed.wholes if cell["computed"] else ():
            if code_of(whole["place"]) == code_of(cell["place"]):
                parts = [cells.get(order({**cell, "place": part}), {}) for part in whole["parts"]]
                names = [name for name in FIGURES[1:] if all(name in part for part in parts)]
                adds_up(cell, names, parts, "its parts")
        if cell["inputs"] and all(at in values for at in cell["inputs"]):
            said = [one for at in cell["inputs"] for one in values[at]["observations"]]
            said = [one for one in said if table_of({**cell, "period": one}) == table_of(cell)]
            names = FIGURES[1:] if cell["computed"] else FIGURES
            adds_up(cell, names, said if cell["computed"] else said[-1:], "its lines")
            follow += 1
        else:
            hidden += 1
    return follow, hidden


def rate_follows(cell):
    value, above, below = figures(cell)
    if cell["unit"] in PERCENT and above is not None and below:
        step = Decimal(1).scaleb(value.as_tuple().exponent)
        right = abs(above / below * 100 - value) <= step / 2
        must(right, f"{called(cell)}: {above} of {below} is not {value} %")


def adds_up(cell, names, parts, what):
    for name in names:
        said = [number(part.get(name)) for part in parts]
        right = name not in cell or (said and None not in said and sum(said) == number(cell[name]))
        must(right, f"{called(cell)}: {what} say {name} {' + '.join(map(str, said)) or 'nothing'}")


# 7. Small numbers -----------------------------------------------------------------------------

MANY = 10**12
NO_COUNT = re.compile(
    r"%|\bper\b|percent|rate|ratio|share|mean|median|average|score|index|points?\b|years?\b"
    r"|months?\b|weeks?\b|days?\b|hours?\b|minutes?\b|\$|dollars?\b|aud\b",
    re.IGNORECASE,
)  # units of values that count nobody; any other value is a count itself


def small_numbers(feed, whole_strata=False):
    """No withheld figure of any release can be narrowed to fewer values than the policy says, by
    whoever has all of them; gives how many were tried."""
    tables, tried = {}, 0
    for release in feed.releases:
        for cell in release.cells:
            shown_rightly(release, cell)
            tables.setdefault(table_of(cell), []).append((release, cell))
    for name, cells in tables.items():
        if whole_strata and not any(cell["dimensions"] for _, cell in cells):
            continue  # it was tried already
        sums, protected = Sums(), []
        for release, cell in cells:
            protected += [(key, release) for key in add_cell(sums, release, cell)]
        add_wholes(sums, feed.wholes)
        add_strata(sums, whole_strata)
        changes = [(one, change) for one in feed.releases for change in one.revisions]
        for release, change in changes:
            if table_of(change) == name:
                add_change(sums, release, change, feed.wholes)
        tried += solve(sums, protected, whole_strata)
    return tried


def counts(cell):
    """Those counted, and those out of whom; None what is not told or counts nobody."""
    value, above, below = figures(cell)
    if above is None and below is None and not NO_COUNT.search(cell["unit"]):
        above = value
    return above, below


def limits(release, cell):
    """The least count that may be shown, of those counted and of those out of whom."""
    population = release.definition(cell).get("level") == "population"
    policy = release.policy
    return policy["min_count"], policy["min_population" if population else "min_count"]


def shown_rightly(release, cell):
    """What is withheld is not told beside, and what is shown is not small."""
    policy, what = release.policy, f"{called(cell)} in release {release.number}"
    if cell["conf_status"] != "F":
        bare = not any(cell.get(name) for name in ("value", "numerator", "inputs"))
        must(bare, f"{what} is withheld, and told all the same")
    elif release.definition(cell).get("suppression_class") != "none":
        above, below = counts(cell)
        told = [*zip((above, below), limits(release, cell), strict=True)]
        if policy["protect_complement"] and None not in (above, below) and above <= below:
            told.append((below - above, policy["min_count"]))
        for count, least in told:
            large = count is None or count >= least or (count == 0 and policy["show_zero"])
            must(large, f"{what} shows a count of {count}")


def add_cell(sums, release, cell):
    """What a cell tells of its two counts; gives those that are protected."""
    policy, (least, fewest) = release.policy, limits(release, cell)
    smallest, below = 1 if policy["show_zero"] else 0, cell.get("denominator_conf")
    either = below == "N" or (policy["protect_complement"] and (below or cell.get("denominator")))
    ranges = (  # by status; "N" of a rate may mean that those who were not counted are few
        {"N": (0, MANY) if either else (smallest, least - 1), "D": (least, MANY)},
        {"N": (smallest if fewest == least else 0, fewest - 1), "D": (fewest, MANY)},
    )
    where = code_of(cell["place"]), frozenset(cell["dimensions"].items())
    keys, protected = [(release.id, name, *where) for name in FIGURES[1:]], []
    told = zip(keys, (cell["conf_status"], below), counts(cell), ranges, strict=True)
    for key, status, count, bounds in told:
        if status in bounds:
            sums.bounds[key] = bounds[status]
            protected.append(key)
        elif count is not None and count == int(count):
            sums.bounds[key] = int(count), int(count)
    if sums.bounds.keys() >= {*keys} and cell["unit"] in PERCENT:
        sums.at_most(keys[:1], keys[1:], 0)
    return protected


def add_wholes(sums, wholes):
    """A whole is the sum of its places, in each stratum."""
    for whole in wholes:
        total = code_of(whole["place"])
        for release, name, place, stratum in sums.bounds:
            if place == total:
                parts = [(release, name, code_of(part), stratum) for part in whole["parts"]]
                if sums.bounds.keys() >= {*parts}:
                    sums.equal([(release, name, place, stratum)], parts)


def add_strata(sums, whole_strata):
    """A stratum is part of the figure that says nothing of its dimension; with `whole_strata`
    those that are told make up all of it."""
    groups = {}
    for *about, stratum in sums.bounds:
        for one in stratum:
            total = *about, stratum - {one}
            if total in sums.bounds:
                sums.at_most([(*about, stratum)], [total], 0)
                groups.setdefault((total, one[0]), []).append((*about, stratum))
    for (total, _), strata in groups.items() if whole_strata else ():
        sums.equal([total], strata)


def add_change(sums, release, change, wholes):
    """So many fewer and more there are than in an earlier release: at no place more than that, nor
    at all places together but for those that are made of others."""
    totals, apart = [code_of(whole["place"]) for whole in wholes], {}
    for now in sums.bounds:
        then = change["since"], *now[1:]
        if now[0] == release.id and then in sums.bounds:
            sums.changed([then], [now], change.get(now[1]))
            if now[2] not in totals:
                apart.setdefault((now[1], now[3]), []).append((then, now))
    for (name, _), pairs in apart.items():
        sums.changed(*zip(*pairs, strict=True), change.get(name))


def solve(sums, protected, whole_strata):
    """Tries each protected figure; gives how many there were."""
    bounds = sums.narrowed() if protected else {}
    if bounds is None:
        must(whole_strata, "the figures that were released contradict one another")
        return 0
    sums.bounds = bounds
    for key, release in protected:
        left, least = sums.possible(key, release.policy["k"]), release.policy["k"]
        what = f"the {key[1]} of {key[2][2]} in release {release.number} can be worked out"
        must(left >= least, f"{what}: {left} values are left, {least} must be")
    return len(protected)


class Sums:
    """What an attacker knows: whole numbers within bounds, and what their sums are at most."""

    def __init__(self):
        self.bounds, self.sums, self.of, self.steps = {}, [], {}, 2_000_000

    def at_most(self, plus, minus, most):
        """sum(plus) - sum(minus) <= most."""
        terms = [(key, 1) for key in plus] + [(key, -1) for key in minus]
        for key, _ in terms:
            self.of.setdefault(key, []).append(len(self.sums))
        self.sums.append((terms, most))

    def equal(self, plus, minus):
        self.at_most(plus, minus, 0)
        self.at_most(minus, plus, 0)

    def changed(self, then, now, change):
        self.at_most(then, now, change["fewer"] if change else 0)
        self.at_most(now, then, change["more"] if change else 0)

    def narrowed(self, guessed=None, value=None):
        """The bounds that follow from one another, and from one figure that is guessed; None
        where no figures at all would add up to this."""
        bounds, due = dict(self.bounds), set(range(len(self.sums)))
        if guessed:
            bounds[guessed], due = (value, value), set(self.of.get(guessed, ()))
        while due:
            self.steps -= 1
            must(self.steps > 0, "the sums that were released are too many to be gone through")
            terms, most = self.sums[due.pop()]
            room = most - sum(sign * bounds[key][sign < 0] for key, sign in terms)
            for key, sign in terms:  # none is further from its end than there is room
                low, high = bounds[key]
                now = (low, min(high, low + room)) if sign > 0 else (max(low, high - room), high)
                if now[0] > now[1]:
                    return None
                if now != (low, high):
                    bounds[key] = now
                    due.update(self.of[key])
        return bounds

    def possible(self, key, enough):
        """How many values a figure may have; no more than `enough` are counted."""
        (low, high), count = self.bounds[key], 0
        for value in range(low, high + 1):
            count += self.narrowed(key, value) is not None
            if count >= enough:
                break
        return count


# The command ----------------------------------------------------------------------------------


def text_or_file(given):
    path = Path(given)
    return path.read_text("utf-8") if len(given) < 200 and path.is_file() else given


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="verify", description=__doc__.split("\n\n")[0])
    parser.add_argument("bundle", metavar="BUNDLE")
    parser.add_argument("--key", required=True, help="the log's key in your agreement, or its file")
    parser.add_argument("--previous", help="a bundle or a checkpoint that you received before")
    parser.add_argument("--policy", help="a C2SP tlog-policy file: which witnesses you ask for")
    chosen = parser.parse_args(arguments)
    if not Path(chosen.bundle).is_file():
        parser.error(f"{chosen.bundle} is no file: name the bundle, a .zip, as it was pulled")
    try:
        key = Key(text_or_file(chosen.key))
    except (ValueError, IndexError, OSError):
        parser.error(
            f"{chosen.key!r} is neither a key, which reads like"
            " example.org/log/measurement+0a1b2c3d+AbC…, nor a file that holds one"
        )
    try:
        policy = Path(chosen.policy).read_text("utf-8") if chosen.policy else None
    except (ValueError, OSError) as error:
        parser.error(f"the policy cannot be read: {error}")
    table = verified(chosen.bundle, key, chosen.previous, policy)
    print(table, end="")
    print("It does not prove that what was entered is true.")
    return table.code


if __name__ == "__main__":
    sys.exit(main())
