#!/usr/bin/env python3
"""Checks a bundle of an outcome feed offline, with nothing but the key in your agreement.

    python3 verify.py BUNDLE --key KEY [--previous BUNDLE_OR_CHECKPOINT] [--policy POLICY]

It needs Python 3.11 and the package "cryptography", no network, and nothing of who made the bundle.
It prints a table of claims: each holds, does not hold, or cannot be told, and why. It ends with 0
where none fails, and with 1 where one does. A bundle may be made to hurt: what is larger, deeper
or more than an honest one is refused before it is read.

How it works, in the order of this file. Parts 1 to 3 are all that a proof needs, and take ten
minutes; the rest holds what is proven against the figures that you were sent:
  1. signed notes (c2sp.org/signed-note): who signed a text
  2. the zip: not one byte of it is free
  3. the log: a tree of hashes (RFC 6962) whose root the log signed
  4. the release: its lines, one after another, and what must be so of them
  5. the figures: every format says the same; rates and totals follow
  6. small numbers: whether a withheld figure could be worked out
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
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

HOLDS, FAILS, UNKNOWN = "holds", "does not hold", "cannot be told"


class Fails(Exception):
    """A claim that does not hold, and why."""


class Unknown(Exception):
    """A claim that cannot be told from here, and why."""


class Table:
    """The claims, in order. What cannot even be read does not hold."""

    def __init__(self):
        self.rows = []

    @contextmanager
    def claim(self, text):
        said = []
        try:
            yield said.append
            verdict = HOLDS
        except Fails as reason:
            verdict, said = FAILS, [str(reason)]
        except Unknown as reason:
            verdict, said = UNKNOWN, [str(reason)]
        except Exception as error:  # a hostile file: whatever is wrong with it, it does not hold
            verdict, said = FAILS, [f"it cannot be read: {type(error).__name__}: {error}"]
        self.rows.append((text, verdict, "; ".join(said)))

    @property
    def code(self):
        return 1 if any(verdict == FAILS for _, verdict, _ in self.rows) else 0

    def __str__(self):
        marks = {HOLDS: "+", FAILS: "X", UNKNOWN: "?"}
        return "".join(
            f" {marks[verdict]} {verdict:<14} {text}{': ' + why if why else ''}\n"
            for text, verdict, why in self.rows
        )


def must(truth, otherwise):
    if not truth:
        raise Fails(otherwise)


# 1. Signed notes ------------------------------------------------------------------------------


class Key:
    """A verifier key: NAME+ID+BASE64, of a log (1) or of a witness (4)."""

    def __init__(self, text):
        self.text = text.strip()
        self.name, key_id, encoded = self.text.split("+", 2)
        data = base64.b64decode(encoded, validate=True)
        self.kind, self.public = data[0], data[1:]
        self.id = hashlib.sha256(f"{self.name}\n".encode() + data).digest()[:4]
        if self.id.hex() != key_id or self.kind not in (1, 4) or len(self.public) != 32:
            raise ValueError("this is no verifier key")

    def made(self, note):
        """Whether this key signed the note; a false signature in its name raises Fails."""
        found = False
        for name, key_id, signature in note.signatures:
            if (name, key_id) == (self.name, self.id):
                found = True
                text = note.text
                if self.kind == 4:  # a witness signs the time as well
                    time, signature = int.from_bytes(signature[:8], "big"), signature[8:]
                    text = f"cosignature/v1\ntime {time}\n{text}"
                try:
                    key = Ed25519PublicKey.from_public_bytes(self.public)
                    key.verify(signature, text.encode())
                except InvalidSignature:
                    raise Fails(f"the signature in the name of {self.name} is false") from None
        return found


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


class Checkpoint:
    """What a log signed: its name, its size, and the hash of all of it."""

    def __init__(self, whole, keys):
        self.note, name = Note(whole), keys[0].name
        made = [key for key in keys if key.made(self.note)]
        must(made, f"it is not signed by {name} with the key that you gave")
        self.key = made[0]
        origin, size, root, rest = self.note.text.split("\n")
        must(origin == name and not rest, f"this is a checkpoint of {origin}")
        must(re.fullmatch(r"0|[1-9]\d{0,18}", size), "its size is no number")
        self.size, self.root = int(size), base64.b64decode(root, validate=True)
        must(len(self.root) == 32, "its root is no hash")


class Handovers:
    """By which a log went on from one key to another: each a note that both keys signed, with the
    log's size and root at that time."""

    def __init__(self, text, agreed):
        self.after, self.before, self.at, told = [agreed], [agreed], [], []
        parts = text.removesuffix("\n").split("\n\n") if text else []
        for said, signed in zip(parts[::2], parts[1::2], strict=True):
            note = Note(f"{said}\n\n{signed}\n")
            kind, old, new, _, origin, size, root = note.text.removesuffix("\n").split("\n")
            old, new = Key(old), Key(new)
            must(kind == "commonweal-handover/1", "this hands no key over")
            must({origin} == {old.name, new.name}, "a key was handed over to another log")
            must(old.made(note) and new.made(note), "a key was handed over that one did not sign")
            told.append((old, new))
            self.at.append({"origin": origin, "size": int(size), "root": root})
        for old, new in told:
            if old.text == self.after[-1].text:
                self.after.append(new)
        for old, new in reversed(told):
            if new.text == self.before[-1].text:
                self.before.append(old)


def quorum(policy, note):
    """Whether the cosignatures are enough (c2sp.org/tlog-policy); gives who cosigned."""
    met, cosigned, wanted = {"none": True}, [], None
    for line in policy.splitlines():
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if words[0] == "witness":
            key = Key(words[2])
            must(key.kind == 4, f"{words[1]} is not the key of a witness")
            met[words[1]] = key.made(note)
            cosigned += [words[1]] * met[words[1]]
        elif words[0] == "group":
            names = words[3:]
            least = {"all": len(names), "any": 1}.get(words[2]) or int(words[2])
            met[words[1]] = sum(met[name] for name in names) >= least
        elif words[0] == "quorum":
            must(wanted is None, "a policy has one quorum")
            wanted = words[1]
        else:
            must(words[0] == "log", f"a policy has no line {words[0]}")
    must(wanted in met, "the policy names no quorum")
    must(met[wanted], f"the quorum {wanted} is missed: cosigned by {', '.join(cosigned) or 'none'}")
    return cosigned


# 2. The zip -----------------------------------------------------------------------------------

MOST_FILES, MOST_NAMES = 10_000, 2_000_000
LARGEST = 64_000_000  # of a file that is read whole; lines and leaves are read in a stream
LONGEST_LINE = 65_535
MOST_READ = 128_000_000  # of the lines that tell of releases
SQUEEZED = 200  # so many times larger than packed, at most; figures and lines come to 30


class Bundle:
    """The zip. Its files lie side by side, each name once, with nothing before, between or behind
    them: `around` holds it against the only bytes that there may be."""

    def __init__(self, path):
        with open(path, "rb") as file:
            file.seek(max(0, file.seek(0, 2) - 22))
            end = file.read(22)
        must(len(end) == 22 and end[:4] == b"PK\5\6", "it ends as no zip of ours does")
        (count,), (width,) = struct.unpack("<H", end[10:12]), struct.unpack("<I", end[12:16])
        must(count <= MOST_FILES and width <= MOST_NAMES, "it has too many files")
        self.path, self.zip = path, zipfile.ZipFile(path)
        self.names = self.zip.namelist()
        must(len(set(self.names)) == len(self.names), "a name stands twice in the zip")
        for info in self.zip.infolist():
            must(
                re.fullmatch(r"(?!\.)[\w.-]+(/(?!\.)[\w.-]+)*", info.filename, re.ASCII),
                "an odd name",
            )
            must(info.compress_type in (0, 8) and not info.flag_bits, "a file is packed oddly")
            streamed = info.filename in ("log/lines.jsonl", "log/leaves")
            most = max(1 << 20, SQUEEZED * info.compress_size)
            if not streamed:
                most = min(most, LARGEST)
            must(info.file_size <= most, f"{info.filename} is too large to be read")
        self.digests, self.wanted = {}, {}

    def around(self):
        """All of the zip but what is in its files; gives where the manifest begins."""
        at, names, begins = 0, b"", 0
        with open(self.path, "rb") as file:
            for info in self.zip.infolist():
                name = info.filename.encode()
                sizes = info.CRC, info.compress_size, info.file_size, len(name), 0
                said = struct.pack("<5H3I2H", 20, 0, info.compress_type, 0, 33, *sizes)
                place = struct.pack("<3H2I", 0, 0, 0, 0o644 << 16, at)
                names += b"PK\1\2\x14\3" + said + place + name
                file.seek(at)
                head = b"PK\3\4" + said + name
                must(file.read(len(head)) == head, f"the head of {info.filename} was changed")
                begins = at if info.filename == "manifest.json" else begins
                at += len(head) + info.compress_size
            count = len(self.names)
            end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, len(names), at, 0)
            file.seek(at)
            must(file.read(len(names) + 23) == names + end, "the end of the zip was changed")
        return begins

    def packed(self, length):
        """The SHA-256 of the zip's first bytes."""
        digest = hashlib.sha256()
        with open(self.path, "rb") as file:
            while length and (chunk := file.read(min(1 << 20, length))):
                digest.update(chunk)
                length -= len(chunk)
        return digest.hexdigest()

    def chunks(self, name, size=1 << 18):
        digest = hashlib.sha256()
        with self.zip.open(name) as file:
            while chunk := file.read(size):
                digest.update(chunk)
                yield chunk
        self.digests[name] = digest.hexdigest()
        must(self.digests[name] == self.wanted.get(name, self.digests[name]), f"{name} was changed")

    def lines(self, name):
        rest = b""
        for chunk in self.chunks(name):
            *whole, rest = (rest + chunk).split(b"\n")
            must(len(rest) <= LONGEST_LINE, f"{name} has a line that is too long")
            yield from whole
        must(not rest, f"{name} does not end with a line's end")

    def read(self, name):
        return b"".join(self.chunks(name))

    def text(self, name):
        return self.read(name).decode()

    def digest(self, name):
        if name not in self.digests:
            for _ in self.chunks(name):
                pass
        return self.digests[name]


# 3. The log -----------------------------------------------------------------------------------


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def climb(start, at, last, path):
    """Up a tree by a proof (RFC 9162, 2.1.3.2 and 2.1.4.2), from a node that has place `at` in a
    row whose last is `last`: the root over all up to it, and that of the whole tree."""
    older = newer = start
    for beside in path:
        must(last > 0, "a proof goes on above the root")
        if at & 1 or at == last:
            older, newer = node(beside, older), node(beside, newer)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            newer = node(newer, beside)
        at, last = at >> 1, last >> 1
    must(last == 0, "a proof ends below the root")
    return older, newer


def grown(old, new, old_root, path):
    """The roots of the older and of the newer tree, as a proof of consistency comes to them."""
    if old in (0, new):
        must(not path, "a proof of nothing has hashes")
        return old_root, old_root
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    path = [old_root, *path] if old & (old - 1) == 0 else path
    return climb(path[0], at, last, path[1:])


def folded(stack):
    """The root over subtrees from left to right; that of no tree is the hash of nothing."""
    root = None
    for left in reversed(stack):
        root = left if root is None else node(left, root)
    return root or hashlib.sha256().digest()


class Lines:
    """The lines that you may read: the place and hash of each, and what the readable facts say."""

    def __init__(self, bundle):
        self.sequences, self.hashes, self.facts = array("Q"), bytearray(), []
        self.bundle, self.times_ordered, before, room = bundle, True, b"", MOST_READ
        for line in bundle.lines("log/lines.jsonl"):
            # Behind these names no text follows that could hold them: keys stand in order.
            at, recorded = line.rfind(b'"sequence":"'), line.rfind(b'"recordedtime":"')
            fact = line[line.rfind(b'"type":"') + 8 :].split(b".", 3)[2].decode()
            time = line[recorded + 16 : recorded + 43]
            self.times_ordered &= before <= time
            before = time
            self.sequences.append(int(line[at + 12 : at + 32]))
            self.hashes += hashlib.sha256(b"\0" + line).digest()
            feeds = b"/feed-" in line[line.rfind(b'"subject":"') : line.rfind(b'"time":"')]
            if feeds or fact in ("indicator-defined", "indicator-definition-changed"):
                room -= len(line)
                must(room > 0, "there is more to read of releases than an honest bundle holds")
                self.facts.append(Fact(fact, json.loads(line)))

    def leaf(self, sequence):
        """The hash of a line that you may read."""
        at = self.sequences.index(sequence)
        return bytes(self.hashes[32 * at : 32 * at + 32])

    def values(self, wanted):
        """By sequence: these lines of values, as far as you may read them."""
        numbered = zip(self.sequences, self.bundle.lines("log/lines.jsonl"), strict=True)
        return {at: json.loads(line)["data"] for at, line in numbered if at in wanted}

    def grow(self, sizes):
        """Hash the whole tree from its leaves; the lines must be leaves. Gives the roots at these
        sizes, and that of all."""
        stack, count, roots, shown = [], 0, {}, 0
        sequences, hashes, sha256 = self.sequences, self.hashes, hashlib.sha256
        following = sequences[0] if sequences else 0
        for chunk in self.bundle.chunks("log/leaves"):
            must(len(chunk) % 32 == 0, "the leaves are cut short")
            for at in range(0, len(chunk), 32):
                if count in sizes:
                    roots[count] = folded(stack)
                leaf = chunk[at : at + 32]
                count += 1
                if count == following:
                    must(hashes[32 * shown : 32 * shown + 32] == leaf, f"line {count} was changed")
                    shown += 1
                    following = sequences[shown] if shown < len(sequences) else 0
                height = count
                while not height & 1:
                    leaf = sha256(b"\1" + stack.pop() + leaf).digest()
                    height >>= 1
                stack.append(leaf)
        must(shown == len(sequences), f"line {following} does not stand at its place")
        roots[count] = folded(stack)
        return roots, count


class Fact:
    """A line's fact: what happened to which stream, and as its which version."""

    def __init__(self, name, line):
        self.name, self.line, self.data = name, line, line["data"]
        self.stream, self.version = line["subject"].rpartition("/")[2], line["streamversion"]
        self.sequence = int(line["sequence"])


# 4. The release -------------------------------------------------------------------------------


class Release:
    """A release as its lines tell it."""

    def __init__(self, prepared, facts):
        self.facts = [fact for fact in facts if fact.stream == prepared.stream]
        self.prepared, self.data, self.id = prepared, prepared.data, prepared.stream
        self.cells = [c for fact in self.named("released-cells-frozen") for c in fact.data["cells"]]

    def named(self, name):
        return [fact for fact in self.facts if fact.name == name]

    def one(self, name):
        found = self.named(name)
        must(len(found) == 1, f"release {self.data['number']} has {len(found)} lines {name}")
        return found[0]

    @property
    def published(self):
        return bool(self.named("feed-released"))

    def check(self, terms):
        """Its stream has no hole, every step was taken, and in order."""
        number = self.data["number"]
        versions = [fact.version for fact in self.facts]
        whole = versions == list(range(1, len(versions) + 1))
        must(whole, f"a line of release {number} is missing")
        pages = [fact.data["page"] for fact in self.named("released-cells-frozen")]
        must(pages == list(range(1, len(pages) + 1)), f"a page of release {number} is missing")
        control, released = self.one("disclosure-control-applied"), self.one("feed-released")
        approved = self.one("feed-release-approved")
        must(self.named("reliability-determined"), f"nobody said what release {number} is good for")
        people = [f.data["provenance"]["actor"] for f in (self.prepared, approved)]
        must(people[0] != people[1], f"who prepared release {number} approved it")
        steps = [self.prepared, control, approved, released]
        must(steps == sorted(steps, key=lambda f: f.version), f"release {number} skips a step")
        statuses = [cell["conf_status"] for cell in self.cells]
        counts = len(statuses), statuses.count("N"), statuses.count("D")
        said = tuple(control.data[name] for name in ("cells", "primary", "secondary"))
        must(counts == said, f"release {number} counts {said}, and shows {counts}")
        text = "".join(canonical(cell) + "\n" for cell in sorted(self.cells, key=order))
        digest = hashlib.sha256(text.encode()).hexdigest()
        rules = control.data["policy"], terms[self.data["profile_version"] - 1].data["policy"]
        strict = all(rules[0][name] >= rules[1][name] for name in ("min_count", "k"))
        must(
            strict and rules[0]["show_zero"] <= rules[1]["show_zero"],
            f"release {number} was made by weaker rules than its profile's",
        )
        agreed = {digest, approved.data["content_sha256"], released.data["content_sha256"]}
        must(len(agreed) == 1, f"release {number} is not what was approved and published")


def canonical(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def order(cell):
    place, period = cell["place"], cell["period"]
    where = place_of(place)
    span = period["start"], period["end"]
    named = cell["indicator_code"], cell["definition_version"]
    return *named, span, where, canonical(cell["dimensions"])


def gathered(manifest, lines):
    """The profile's releases by number, this one, and the profile's lines."""
    facts = [f for f in lines.facts if f.line["partitionkey"] == manifest["initiative_id"]]
    ours = [
        Release(fact, facts)
        for fact in facts
        if fact.name == "feed-release-prepared"
        and fact.data["profile_id"] == manifest["profile_id"]
    ]
    published = sorted((one for one in ours if one.published), key=lambda r: r.data["number"])
    this = [one for one in published if one.id == manifest["release_id"]]
    must(this, "the lines hold no such release")
    terms = [f for f in facts if f.stream == manifest["profile_id"] and "policy" in f.data]
    versions = [f.data.get("profile_version", 1) for f in terms]
    must(
        versions == list(range(1, len(terms) + 1)) and terms, "a version of the profile is missing"
    )
    return published, this[0], terms


def restated(releases, this, manifest):
    """Each release has the next number; one that replaces another says so, and the other shows."""
    numbers = [one.data["number"] for one in releases]
    must(numbers == list(range(1, len(numbers) + 1)), f"of releases {numbers} one is missing")
    replaced = {}
    for one in releases:
        named = one.data.get("replaces")
        told = [fact.data["replaces"] for fact in one.named("feed-restated")]
        must(
            told == ([named] if named else []), f"release {one.data['number']} hides a restatement"
        )
        if named:
            replaced[named] = one.data["number"]
            reason = one.one("feed-restated").data["provenance"].get("reason")
            must(reason, f"release {one.data['number']} replaces another one without a reason")
    must(set(replaced) <= {one.id for one in releases}, "a release that was replaced is missing")
    must(manifest["replaced_by"] == replaced.get(this.id), "it hides by what it was replaced")
    must(manifest["replaces"] == this.data.get("replaces"), "it hides what it replaces")
    return replaced.get(this.id)


# 5. The figures -------------------------------------------------------------------------------

FIGURES = ("value", "numerator", "denominator")


def number(text):
    if text in (None, "", "np", "missing"):
        return None
    plain = re.fullmatch(r"-?\d{1,60}(\.\d{1,60})?(E[+-]\d\d)?", str(text), re.ASCII)
    must(plain, f"{text!s:.40} is no number")
    return Decimal(str(text))


def told(cell):
    """What every format has to say of a cell."""
    return (*(number(cell.get(name)) for name in FIGURES), cell["obs_status"], cell["conf_status"])


def defused(text):
    run = r"[\s\"'\u00a0\u200b\ufeff]*[=+\-@\t\r\x00\uff0b\uff0d\uff1d\uff20]"
    return f"'{text}" if re.match(run, text) else text


def row(cell, names):
    """What a table has to say of it: where and when beside the figures."""
    place, period = cell["place"], cell["period"]
    keys = [cell["indicator_code"], place["scheme"], place["edition"], place["code"]]
    keys += [cell["dimensions"].get(name, "_T") for name in names]
    version = str(cell["definition_version"])
    days = period["start"], period["end"]
    return ([defused(key) for key in keys], version, *days, told(cell))


def in_csv(cells, names, body):
    return in_table(cells, names, list(csv.DictReader(io.StringIO(body.decode(), newline=""))))


def in_table(cells, names, table):
    """Whether a table says of every cell what the log says, and nothing else."""
    fixed = ("indicator_code", "place_scheme", "place_edition", "place_code")
    taken = {*fixed, *FIGURES, "definition_version", "period_start", "period_end", "unit", "period"}
    columns = [*fixed, *(f"dimension:{n}" if n in taken else defused(n) for n in names)]
    found = [
        (
            [line[name] for name in columns],
            line["definition_version"],
            line["period_start"],
            line["period_end"],
            (*(number(line[n]) for n in FIGURES), line["obs_status"], line["conf_status"]),
        )
        for line in table
    ]
    return found == [row(cell, names) for cell in cells]


def in_sdmx(cells, names, body):
    """SDMX-CSV: codes are texts in which odd letters were replaced."""

    def near(code, text):
        plain = re.sub(r"[^A-Za-z0-9_@$-]", "_", text)
        return code == plain or code.startswith(plain + "_") or code.endswith("-" + plain)

    table = list(csv.DictReader(io.StringIO(body.decode(), newline="")))
    strata = [list(line.values())[6 : 6 + len(names)] for line in table]
    return len(table) == len(cells) and all(
        near(line["INDICATOR"], cell["indicator_code"])
        and line["DEFINITION"] == str(cell["definition_version"])
        and near(line["REF_AREA"], cell["place"]["code"])
        and line["TIME_PERIOD"][:4] == cell["period"]["start"][:4]
        and all(near(c, cell["dimensions"].get(n, "_T")) for c, n in zip(codes, names, strict=True))
        and told(cell)
        == (
            *(number(line[name]) for name in ("OBS_VALUE", "NUMERATOR", "DENOMINATOR")),
            line["OBS_STATUS"],
            line["CONF_STATUS"],
        )
        for line, cell, codes in zip(table, cells, strata, strict=True)
    )


def in_cids(cells, _, body):
    """JSON-LD: a report for each cell."""
    graph = json.loads(body)["@graph"]
    reports = [node for node in graph if node["@type"] == "cids:IndicatorReport"]
    return len(reports) == len(cells) and all(
        number(report["value"]["hasNumericalValue"]) == number(cell.get("value"))
        and report["startedAtTime"][:10] == cell["period"]["start"]
        and report["endedAtTime"][:10] == cell["period"]["end"]
        and report["confStatus"] == cell["conf_status"]
        and report["hasName"].startswith(cell["place"].get("label") or cell["place"]["code"])
        and f"urn:uuid:{cell['indicator_id']}" in report["forIndicator"]
        for report, cell in zip(reports, cells, strict=True)
    )


def in_xlsx(cells, names, body):
    """A workbook: no formula, and the sheet of figures says the same."""
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        sheets = [n for n in book.namelist() if n.startswith("xl/worksheets/sheet")]
        must(len(sheets) <= 2, "the workbook holds more than two sheets")
        shared = in_xml(book, "xl/sharedStrings.xml").findall(f"{space}si")
        texts = ["".join(part.text or "" for part in one.iter(f"{space}t")) for one in shared]
        trees = {name: in_xml(book, name) for name in sheets}
    formulas = [one for tree in trees.values() for one in tree.iter(f"{space}f")]
    must(not formulas, "the workbook holds a formula")
    table = []
    for line in trees["xl/worksheets/sheet1.xml"].iter(f"{space}row"):
        found = {}
        for one in line.iter(f"{space}c"):
            value = one.findtext(f"{space}v")
            text = texts[int(value)] if one.get("t") == "s" else value
            found[re.sub(r"\d", "", one.get("r"))] = text
        table.append(found)
    head = table[0]
    lines = [{name: line.get(at) or "" for at, name in head.items()} for line in table[1:]]
    return in_table(cells, names, lines)


def in_xml(book, name):
    """A part of a workbook. What an honest one has none of, such as entities, is not unfolded."""
    must(book.getinfo(name).file_size <= LARGEST, f"{name} is too large to be read")
    body = book.read(name)
    must(body.startswith(b"<?xml") and b"<!" not in body, f"{name} is XML of another kind")
    return ElementTree.fromstring(body)


READERS = {".xlsx": in_xlsx, ".sdmx.csv": in_sdmx, ".cids.jsonld": in_cids, ".csv": in_csv}


def same_in_formats(bundle, this, name):
    """Every format that this script can read says what the log says."""
    cells = sorted(this.cells, key=order)
    names = sorted({name for cell in cells for name in cell["dimensions"]})
    exact = "".join(canonical(cell) + "\n" for cell in cells).encode()
    must(bundle.read(f"release/{name}.jsonl") == exact, "the JSON Lines are not those of the log")
    read = ["jsonl"]
    for suffix, reader in READERS.items():
        file = f"release/{name}{suffix}"
        if file in bundle.names:
            said = reader(cells, names, bundle.read(file))
            must(said, f"{file} says something other than the log")
            read.append(suffix[1:])
    return read


def figures_follow(cells, wholes, values):
    """Counts the cells that follow from what can be read, and those that cannot be told."""
    follows = hidden = 0
    by_key = {order(cell): cell for cell in cells}
    for cell in cells:
        if cell["conf_status"] != "F" or cell.get("value") is None:
            continue
        what = f"{cell['indicator_code']} of {cell['place'].get('label') or cell['place']['code']}"
        rate_follows(cell, what)
        parts = parts_of(cell, wholes, by_key)
        if parts and cell["computed"]:
            total_follows(cell, parts, what)
        read = [values[at] for at in cell["inputs"] if at in values]
        if cell["inputs"] and len(read) == len(cell["inputs"]):
            inputs_say(cell, read, what)
            follows += 1
        else:
            hidden += 1
    return follows, hidden


def rate_follows(cell, what):
    value, above, below = (number(cell.get(name)) for name in FIGURES)
    if cell["unit"] in ("%", "percent") and above is not None and below:
        step = Decimal(1).scaleb(value.as_tuple().exponent)
        must(
            abs(above / below * 100 - value) <= step / 2,
            f"{what}: {above} of {below} is not {value} %",
        )


def parts_of(cell, wholes, by_key):
    """The cells of the places that this cell's place is made of, if all are there."""
    place = cell["place"]
    for whole in wholes:
        if [whole["place"][n] for n in ("scheme", "edition", "code")] == [
            place[n] for n in ("scheme", "edition", "code")
        ]:
            keys = [order({**cell, "place": part}) for part in whole["parts"]]
            return [by_key[key] for key in keys] if all(key in by_key for key in keys) else []
    return []


def total_follows(cell, parts, what):
    for name in ("numerator", "denominator"):
        if cell.get(name) is not None and all(part.get(name) is not None for part in parts):
            total = sum(number(part[name]) for part in parts)
            must(total == number(cell[name]), f"{what}: its parts' {name} is {total}")


def inputs_say(cell, lines, what):
    """A figure is what its line says, or the sum of what its lines say."""
    span = cell["period"]["start"], cell["period"]["end"]
    said = [
        one for line in lines for one in line["observations"] if (one["start"], one["end"]) == span
    ]
    must(said, f"{what}: its lines say nothing of that period")
    for name in ("numerator", "denominator") if cell["computed"] else FIGURES:
        found = [number(one.get(name)) for one in said]
        follows = sum(each for each in found if each is not None) if cell["computed"] else found[-1]
        if cell.get(name) is not None:
            must(follows == number(cell[name]), f"{what}: its lines say {name} {follows}")


# 6. Small numbers -----------------------------------------------------------------------------


class Contradiction(Exception):
    """No figures at all would add up to this."""


class Sums:
    """Whole numbers within bounds, and sums that must come out: what an attacker knows."""

    def __init__(self):
        self.bounds, self.sums, self.at, self.steps = {}, [], {}, 1_000_000

    def variable(self, key, low, high):
        old = self.bounds.get(key, (0, 10**12))
        self.bounds[key] = max(low, old[0]), min(high, old[1])

    def total(self, positive, negative, low, high):
        """low <= sum(positive) - sum(negative) <= high."""
        terms = [(key, 1) for key in positive] + [(key, -1) for key in negative]
        for key, _ in terms:
            self.at.setdefault(key, []).append(len(self.sums))
        self.sums.append((terms, low, high))

    def narrowed(self, fixed=None):
        """The bounds that follow from one another, with one figure guessed."""
        bounds = {**self.bounds, **({fixed[0]: (fixed[1], fixed[1])} if fixed else {})}
        due = set(self.at.get(fixed[0], ())) if fixed else set(range(len(self.sums)))
        while due:
            self.steps -= 1
            must(self.steps > 0, "the sums that were released are too many to be gone through")
            terms, low, high = self.sums[due.pop()]
            least = sum(bounds[k][0] if s > 0 else -bounds[k][1] for k, s in terms)
            most = sum(bounds[k][1] if s > 0 else -bounds[k][0] for k, s in terms)
            for key, sign in terms:
                one, other = bounds[key]
                mine = (one, other) if sign > 0 else (-other, -one)
                a, b = max(mine[0], low - (most - mine[1])), min(mine[1], high - (least - mine[0]))
                now = (a, b) if sign > 0 else (-b, -a)
                if now[0] > now[1]:
                    raise Contradiction
                if now != (one, other):
                    least, most = least + a - mine[0], most + b - mine[1]
                    bounds[key] = now
                    due.update(self.at[key])
        return bounds

    def possible(self, key, enough):
        """So many values at most that a figure may have, up to `enough`."""
        low, high = self.bounds[key]
        count = 0
        for value in range(low, high + 1):
            try:
                self.narrowed((key, value))
                count += 1
            except Contradiction:
                pass
            if count >= enough:
                break
        return count


ANY = 0, 10**9
NO_COUNT = re.compile(
    r"%|\bper\b|percent|rate|ratio|share|mean|median|average|score|index|points?\b|years?\b"
    r"|months?\b|weeks?\b|days?\b|hours?\b|minutes?\b|\$|dollars?\b|aud\b",
    re.IGNORECASE,
)  # units of values that count nobody; any other value is a count itself


def small_numbers(releases, wholes, defined, whole_strata=False):
    """No withheld figure of any release can be narrowed to fewer values than the policy says."""
    tables, checked = {}, 0
    for at, one in enumerate(releases):
        policy = one.one("disclosure-control-applied").data["policy"]
        for cell in one.cells:
            about = defined.get((cell["indicator_id"], cell["definition_version"]), {})
            shown_rightly(cell, policy, about, one.data["number"])
            tables.setdefault(order(cell)[:3], {}).setdefault(at, []).append((cell, about))
    for table in tables.values():
        checked += solve(table, releases, wholes, whole_strata)
    return checked


def counts(cell):
    """Those counted, and those out of whom; None what is not told or counts nobody."""
    above, below = number(cell.get("numerator")), number(cell.get("denominator"))
    if above is None and below is None and not NO_COUNT.search(cell["unit"]):
        above = number(cell.get("value"))
    return above, below


def limits(policy, about):
    """The least count that may be shown, of those counted and of those out of whom."""
    population = about.get("level") == "population"
    return policy["min_count"], policy["min_population" if population else "min_count"]


def shown_rightly(cell, policy, about, at):
    what = f"release {at}: {cell['indicator_code']} of {cell['place']['code']}"
    if cell["conf_status"] != "F":
        bare = not any(cell.get(name) for name in ("value", "numerator", "inputs"))
        must(bare, f"{what} is withheld, and told all the same")
    elif about.get("suppression_class") != "none":
        above, below = counts(cell)
        least = [*zip((above, below), limits(policy, about), strict=True)]
        if policy["protect_complement"] and None not in (above, below) and above <= below:
            least.append((below - above, policy["min_count"]))
        for count, limit in least:
            small = count is not None and (
                0 < count < limit or count == 0 < 1 - policy["show_zero"]
            )
            must(not small, f"{what} shows a count of {count}")


def solve(table, releases, wholes, whole_strata):
    """What somebody works out who has every release of one table; gives how many were tried."""
    sums, protected = Sums(), []
    for at, cells in table.items():
        policy = releases[at].one("disclosure-control-applied").data["policy"]
        for cell, about in cells:
            protected += known(sums, at, cell, policy, about)
        for name in ("numerator", "denominator"):
            keys = [key for key in sums.bounds if key[:2] == (at, name)]
            added(sums, keys, wholes)
            in_strata(sums, keys, whole_strata)
    for at in table:
        compared(sums, at, table[at][0][0], releases, wholes)
    if not protected:
        return 0
    try:
        sums.bounds = sums.narrowed()
    except Contradiction:
        must(whole_strata, "the figures that were released contradict one another")
        return 0
    for key, least, what in protected:
        count = sums.possible(key, least)
        must(count >= least, f"{what} can be worked out: {count} values are left, {least} must be")
    return len(protected)


def known(sums, at, cell, policy, about):
    """What a cell tells of its two counts; gives those that are protected."""
    protected, place, stratum = [], *order(cell)[3:]
    least, fewest = limits(policy, about)
    smallest = 1 if policy["show_zero"] else 0
    below = cell.get("denominator_conf") or ("F" if cell.get("denominator") else "-")
    either = below == "N" or (policy["protect_complement"] and below != "-")  # is small: which?
    by_status = {
        "numerator": {"N": ANY if either else (smallest, least - 1), "D": (least, ANY[1])},
        "denominator": {
            "N": (smallest if fewest == policy["min_count"] else 0, fewest - 1),
            "D": (fewest, ANY[1]),
        },
    }
    statuses = cell["conf_status"], below
    for name, status, value in zip(by_status, statuses, counts(cell), strict=True):
        key = at, name, (place, stratum)
        if status in ("N", "D"):
            sums.variable(key, *by_status[name][status])
            what = f"{cell['place'].get('label') or place[2]}'s {name} in release {at + 1}"
            protected.append((key, policy["k"], what))
        elif value is not None and value == int(value):
            sums.variable(key, int(value), int(value))
    pair = [(at, name, (place, stratum)) for name in by_status]
    if all(key in sums.bounds for key in pair) and cell["unit"] in ("%", "percent"):
        sums.total([pair[1]], [pair[0]], 0, 10**12)
    return protected


def added(sums, keys, wholes):
    """A whole is the sum of its parts, in each stratum."""
    strata = {key[2][1] for key in keys}
    for whole in wholes:
        total, *parts = (place_of(place) for place in (whole["place"], *whole["parts"]))
        for stratum in strata:
            those = [(*keys[0][:2], (place, stratum)) for place in (total, *parts)]
            if all(key in sums.bounds for key in those):
                sums.total(those[:1], those[1:], 0, 0)


def place_of(place):
    return tuple(place[name] for name in ("scheme", "edition", "code"))


def in_strata(sums, keys, whole_strata):
    """A stratum is part of the figure that says nothing of its dimension; with `whole_strata` the
    strata that are told are taken for all of it."""
    groups = {}
    for key in keys:
        place, stratum = key[2]
        dimensions = json.loads(stratum)
        for name in dimensions:
            rest = {n: code for n, code in dimensions.items() if n != name}
            total = (*key[:2], (place, canonical(rest)))
            if total in sums.bounds:
                groups.setdefault((total, name), []).append(key)
    for (total, _), parts in groups.items():
        if whole_strata:
            sums.total([total], parts, 0, 0)
        for part in parts:
            sums.total([total], [part], 0, 10**12)


def compared(sums, at, cell, releases, wholes):
    """What a later release says of how much changed since an earlier one."""
    made_of_others = {place_of(whole["place"]) for whole in wholes}
    for change in releases[at].one("disclosure-control-applied").data["revisions"]:
        period = change["period"]["start"], change["period"]["end"]
        named = change["indicator_id"], change["definition_version"], period
        mine = cell["indicator_id"], cell["definition_version"], order(cell)[2]
        since = [n for n, one in enumerate(releases) if one.id == change["since"]]
        if named != mine or not since:
            continue
        for name in ("numerator", "denominator"):
            shift, apart = change.get(name) or {"fewer": 0, "more": 0}, {}
            for key in [key for key in sums.bounds if key[:2] == (at, name)]:
                before = (since[0], name, key[2])
                if before in sums.bounds:
                    sums.total([before], [key], -shift["more"], shift["fewer"])
                    if key[2][0] not in made_of_others:
                        apart.setdefault(key[2][1], []).append((before, key))
            for pairs in apart.values():  # of places apart, all falls together are no more
                befores, keys = zip(*pairs, strict=True)
                sums.total(befores, keys, -shift["more"], shift["fewer"])


# The table ------------------------------------------------------------------------------------


def verified(bundle_path, agreed, previous=None, policy=None):
    """All claims about a bundle, told one by one."""
    table, found, key = Table(), {}, agreed
    with table.claim("The file is a bundle"):
        bundle = found["bundle"] = Bundle(bundle_path)
        manifest = found["manifest"] = json.loads(bundle.text("manifest.json"))
        must(
            manifest["format"] == "commonweal-bundle/1", "of a kind that this script does not know"
        )
    with table.claim("The log signed its checkpoint, with the key in your agreement") as say:
        bundle = found["bundle"]
        told = bundle.text("log/handovers") if "log/handovers" in bundle.names else ""
        handovers = found["handovers"] = Handovers(told, agreed)
        checkpoint = found["checkpoint"] = Checkpoint(
            bundle.text("log/checkpoint"), handovers.after
        )
        key = checkpoint.key
        say(f"{key.name}, {checkpoint.size} lines")
        say(f"by {key.text}, to which yours was handed over") if key is not agreed else None
    with table.claim("Every file is as that key sealed it, to the last byte"):
        sealed(found["bundle"], found["manifest"], key)
    if {"bundle", "manifest", "checkpoint"} <= found.keys():
        about_log(table, found, previous, policy)
    if "lines" in found:
        about_release(table, found)
    return table


def sealed(bundle, manifest, key):
    """The manifest is signed, names every file by its hash, and all of the zip before it by one."""
    note = Note(bundle.text("manifest.seal"))
    must(key.made(note), "the manifest is not signed by this key")
    text = f"commonweal-seal/1\n{key.name}\n{bundle.digest('manifest.json')}\n"
    must(note.text == text, "the manifest was changed")
    names = [*sorted(manifest["files"]), "manifest.json", "manifest.seal"]
    odd = set(names) ^ set(bundle.names)
    must(not odd, f"missing or slipped in: {', '.join(sorted(odd))}")
    must(names == bundle.names, "the files stand in another order")
    bundle.wanted = manifest["files"]
    if bundle.packed(bundle.around()) != manifest["packed"]:
        for name in manifest["files"]:
            bundle.digest(name)
        raise Fails("what is packed was changed, though not what it unpacks to")


def about_log(table, found, previous, policy):
    bundle, checkpoint, handovers = (found[name] for name in ("bundle", "checkpoint", "handovers"))
    with table.claim("Witnesses saw the same log"):
        if policy is None:
            raise Unknown("give a policy that names them (--policy)")
        quorum(policy, checkpoint.note)
    with table.claim("The lines can be read"):
        lines = Lines(bundle)
        must(lines.times_ordered, "a line was recorded before the one in front of it")
        must(list(lines.sequences) == sorted(set(lines.sequences)), "lines are out of order")
        earlier = [f.data["checkpoint"] for f in lines.facts if f.name == "feed-released"]
        earlier += handovers.at
        before = before_of(previous, handovers.after + handovers.before) if previous else None
        sizes = {one["size"] for one in earlier} | ({before.size} if before else set())
    if table.rows[-1][1] != HOLDS:
        return
    with table.claim("No line was changed, left out, slipped in or moved") as say:
        roots, count = lines.grow(sizes)
        must(count == checkpoint.size, f"{count} lines, and {checkpoint.size} were signed")
        must(roots[count] == checkpoint.root, "the lines do not hash to the signed root")
        found["lines"], found["previous"] = lines, before
        say(f"{count} lines, of which you may read {len(lines.sequences)}")
    if "lines" in found:
        about_growth(table, bundle, checkpoint, roots, count, (earlier, before, lines))


def about_growth(table, bundle, checkpoint, roots, count, had):
    earlier, before, lines = had
    with table.claim("The log was only added to since each release and each change of its key"):
        for one in earlier:
            same = one["origin"] == checkpoint.key.name and roots.get(one["size"])
            must(same == base64.b64decode(one["root"]), f"not since line {one['size']}")
    with table.claim("The log was only added to since what you had before") as say:
        if before is None:
            raise Unknown("give what you had (--previous)")
        must(before.size <= count, f"you had {before.size} lines before, and this log has {count}")
        must(
            roots[before.size] == before.root,
            f"its first {before.size} lines are others: keep both",
        )
        missing = set(before.readable) - set(lines.sequences)
        must(not missing, f"lines that you could read are hidden: {sorted(missing)[:5]}")
        say(f"since line {before.size}")
    with table.claim("The proofs beside it hold as well") as say:
        say(f"{proofs_hold(bundle, lines, checkpoint, roots)} of them")
    with table.claim("What the lines say that you may not read"):
        if hidden := count - len(lines.sequences):
            raise Unknown(f"{hidden} lines are not for you: you have their hashes only")


def before_of(path, keys):
    """The checkpoint that you had, and the lines that you could read then if it is a bundle."""
    if zipfile.is_zipfile(path):
        bundle = Bundle(path)
        before = Checkpoint(bundle.text("log/checkpoint"), keys)
        before.readable = Lines(bundle).sequences
    else:
        before = Checkpoint(Path(path).read_text("utf-8"), keys)
        before.readable = ()
    return before


def proofs_hold(bundle, lines, checkpoint, roots):
    """The proof files, each checked as whoever has nothing but it would; gives how many."""
    proofs = [name for name in bundle.names if name.startswith("log/proofs/")]
    for name in proofs:
        if name.endswith(".consistency"):
            said = json.loads(bundle.read(name))
            ends = [
                (said[end]["size"], base64.b64decode(said[end]["root"])) for end in ("old", "new")
            ]
            for size, root in ends:
                must(size not in roots or roots[size] == root, f"{name} names another root")
            (old, first), (new, second) = ends
            found = grown(old, new, first, [base64.b64decode(each) for each in said["proof"]])
            must(old == 0 or found == (first, second), f"{name} proves nothing")
        else:
            head, _, note = bundle.text(name).partition("\n\n")
            kind, index, *path = head.split("\n")
            must(kind == "c2sp.org/tlog-proof@v1", f"{name} is no tlog-proof")
            must(Note(note).text == checkpoint.note.text, f"{name} is of another checkpoint")
            place = int(index.removeprefix("index "))
            leaf = lines.leaf(place + 1)
            path = [base64.b64decode(each) for each in path]
            root = climb(leaf, place, checkpoint.size - 1, path)[1]
            must(root == checkpoint.root, f"{name} proves nothing")
    return len(proofs)


def about_release(table, found):
    bundle, manifest, lines = found["bundle"], found["manifest"], found["lines"]
    got = {}
    with table.claim("The release stands in the log, whole, approved by another person") as say:
        got["all"], got["this"], got["terms"] = gathered(manifest, lines)
        told = [f for f in lines.facts if f.name.startswith("indicator-defin")]
        got["defined"] = {(f.stream, f.data["version"]): f.data["definition"] for f in told}
        for one in got["all"]:
            one.check(got["terms"])
        this = got["this"]
        must(
            this.one("feed-released").data["content_sha256"] == manifest["content_sha256"],
            "the manifest names other content",
        )
        must(this.data["number"] == manifest["number"], "the manifest names another number")
        at = this.one("feed-released").sequence
        say(f"release {this.data['number']} of {manifest['profile']}, line {at}")
    if "this" not in got or table.rows[-1][1] != HOLDS:
        return
    with table.claim("Every release is there, and every correction shows") as say:
        by = restated(got["all"], this, manifest)
        say(
            f"this one was replaced by release {by}"
            if by
            else "nothing replaces this one up to here"
        )
        say(f"this one replaces {this.data['replaces']}") if this.data.get("replaces") else None
    with table.claim("Every format says the same figures") as say:
        say(", ".join(same_in_formats(bundle, this, manifest["name"])))
    if f"release/{manifest['name']}.parquet" in bundle.names:
        with table.claim("The Parquet file says the same figures"):
            raise Unknown("this script does not read Parquet; the seal covers its bytes")
    about_figures(table, got, lines)


def about_figures(table, got, lines):
    wholes = [w for fact in got["terms"] for w in fact.data.get("places", {}).get("wholes", ())]
    wanted = {at for cell in got["this"].cells for at in cell["inputs"]}
    counts = []
    with table.claim("Rates follow from their counts, totals from their parts") as say:
        values = lines.values(wanted) if wanted else {}
        counts = figures_follow(got["this"].cells, wholes, values)
        say(f"{counts[0]} figures are what the lines say that you may read")
    with table.claim("Figures whose lines you may not read"):
        if counts and counts[1]:
            raise Unknown(f"{counts[1]} figures follow from lines that hold more than you may read")
    with table.claim("No withheld figure can be worked out from sums and earlier releases") as say:
        say(f"{small_numbers(got['all'], wholes, got['defined'])} were tried")
    if table.rows[-1][1] == HOLDS:
        with table.claim("Nor where the strata that are told of a figure are all of it"):
            try:
                small_numbers(got["all"], wholes, got["defined"], whole_strata=True)
            except Fails as reason:
                raise Unknown(f"nobody says that they are; if so, {reason}") from None


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
    try:
        key = Key(text_or_file(chosen.key))
        policy = Path(chosen.policy).read_text("utf-8") if chosen.policy else None
    except (ValueError, IndexError, OSError) as error:
        parser.error(f"{error}: a key reads like example.org/log/measurement+0a1b2c3d+AbC…")
    table = verified(chosen.bundle, key, chosen.previous, policy)
    print(table, end="")
    print("It does not prove that what was entered is true.")
    return table.code


if __name__ == "__main__":
    sys.exit(main())
