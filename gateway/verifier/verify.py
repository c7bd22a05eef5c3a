#!/usr/bin/env python3
"""Checks a bundle of an outcome feed offline, with nothing but the key in your agreement.

    python3 verify.py BUNDLE --key KEY [--previous BUNDLE_OR_CHECKPOINT] [--policy POLICY]

It needs Python 3.11 and the package "cryptography", no network, and nothing of who made the bundle.
It prints a table of claims: each holds, does not hold, or cannot be told, and why. It ends with 0
where none fails, and with 1 where one does.

Part 1 is the claims, each with the function that tries it. The parts behind it are these functions:
2. the seal, 3. the zip, 4. the log, 5. the release, 6. its figures, 7. small numbers.
"""

import argparse
import base64
import csv
import hashlib
import io
import json
import mmap
import re
import sys
import zipfile
from array import array
from collections import defaultdict, namedtuple
from decimal import Decimal
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

# 1. What is claimed ---------------------------------------------------------------------------
# Each function gives what there is to say of its claim, and adds what it learns to `case`. Where a
# claim fails on which others stand, those are not tried.

HOLDS, FAILS, UNKNOWN = "holds", "does not hold", "cannot be told"
MARKS = {HOLDS: "+", FAILS: "X", UNKNOWN: "?"}


def verified(path, agreed, previous=None, policy=None):
    """A row for each claim about a bundle: the claim, its verdict, and why."""
    case = SimpleNamespace(path=path, agreed=agreed, previous=previous, policy=policy)
    rows = []
    for check, others_stand_on_it, claim in (
        (seal, True, "The log's key sealed every byte of the file, the key in your agreement"),
        (contents, True, "The file is a bundle, made to be read"),
        (checkpoint, True, "The log signed its checkpoint with that key"),
        (cosigned, False, "Witnesses saw the same log"),
        (lines_stand, True, "No line was changed, left out, slipped in or moved"),
        (grew, False, "The log was only added to since each release and each change of its key"),
        (grew_since, False, "The log was only added to since what you had before"),
        (proofs, False, "The proofs beside it hold as well"),
        (release, True, "The release stands in the log, whole, approved by another person"),
        (corrections, False, "Every release is there, and every correction shows"),
        (formats, False, "Every format says the same figures"),
        (figures, False, "Rates follow from their counts, totals from their parts"),
        (small, False, "No withheld figure can be worked out from sums and earlier releases"),
        (unseen, False, "What this script has no sight of"),
    ):
        rows.append((claim, *tried(check, case)))
        if rows[-1][1] != HOLDS and others_stand_on_it:
            break
    return rows


def tried(check, case):
    try:
        return HOLDS, check(case) or ""
    except Verdict as told:
        return told.args
    except Exception as error:  # a hostile file: what cannot be read does not hold
        return FAILS, f"it cannot be read: {type(error).__name__}: {error}"


class Verdict(Exception):
    """A claim that does not hold, or cannot be told from here, and why."""


def must(truth, otherwise):
    if not truth:
        raise Verdict(FAILS, otherwise)


# 2. The seal ----------------------------------------------------------------------------------
# A zip may end with a comment. A bundle's is a signed note (c2sp.org/signed-note): the hash of all
# in front of it, and the notes by which one key of the log was followed by another, if any was.


def seal(case):
    with open(case.path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as all:
        end = all.rfind(b"PK\5\6") + 20
        digest = hashlib.sha256(memoryview(all)[:end]).hexdigest()
        length, comment = all[end : end + 2], all[end + 2 :]
    must(length == len(comment).to_bytes(2, "little"), "it does not end as a bundle does")
    note = Note(comment.decode())
    *said, handovers = note.text.split("\n", 3)
    follow(case, handovers)
    signers = [key for key in case.known.values() if key.signed(note)]
    mine = [key for key in case.keys if key in signers]
    must(mine, f"it is not sealed by {case.agreed.name} with the key that you gave")
    same = said == ["commonweal-seal/1", case.agreed.name, digest]
    must(same and len(signers) == len(note.signatures), "it is not the file that was sealed")
    return mine[-1].text + (", to which yours was handed over" if case.agreed not in mine else "")


def follow(case, handovers):
    """From the agreed key to those after it: each went over to the next by a note that both signed,
    with the log's size and hash at that time."""
    case.keys, case.known, case.past = [case.agreed], {case.agreed.text: case.agreed}, []
    parts = handovers.removesuffix("\n").split("\n\n") if handovers else []
    for text, signatures in zip(parts[::2], parts[1::2], strict=True):
        note = Note(f"{text}\n\n{signatures}\n")
        kind, old, new, _, origin, size, root = text.split("\n")
        must(kind == "commonweal-handover/1", "this hands no key over")
        old, new = (case.known.setdefault(key, Key(key)) for key in (old, new))
        must(old.signed(note) and new.signed(note), "a key was handed over that one did not sign")
        case.past.append({"origin": origin, "size": int(size), "root": root})
        if old is case.keys[-1]:
            case.keys.append(new)


class Note:
    """A text, an empty line, and lines of signatures: whose each is, and what it is in base 64."""

    def __init__(self, whole):
        found = re.fullmatch(r"(.*\n)\n((\u2014 [^ \n]+ [^ \n]+\n)+)", whole, re.DOTALL)
        must(found, "this is no signed note")
        self.text, lines = found[1], found[2].split("\n")[:-1]
        self.signatures = [(name, decoded(made)) for _, name, made in map(str.split, lines)]


def decoded(text):
    data = base64.b64decode(text, validate=True)
    must(base64.b64encode(data).decode() == text, "base 64 is spelt oddly")
    return data


class Key:
    """A verifier key: NAME+ID+BASE64, of a log (1) or of a witness (4)."""

    def __init__(self, text):
        self.text = text.strip()
        self.name, id, encoded = self.text.split("+", 2)
        data = base64.b64decode(encoded, validate=True)
        self.kind, self.public = data[:1], Ed25519PublicKey.from_public_bytes(data[1:])
        self.id = hashlib.sha256(f"{self.name}\n".encode() + data).digest()[:4]
        if self.id.hex() != id or self.kind not in (b"\1", b"\4"):
            raise ValueError("this is no verifier key")

    def signed(self, note):
        """Whether this key signed the note; a false signature in its name fails."""
        each = [made for name, made in note.signatures if name == self.name]
        mine = [made[4:] for made in each if made[:4] == self.id]
        for signature in mine:
            text = note.text
            if self.kind == b"\4":  # a witness signs the time as well
                time, signature = int.from_bytes(signature[:8], "big"), signature[8:]
                text = f"cosignature/v1\ntime {time}\n{text}"
            try:
                self.public.verify(signature, text.encode())
            except InvalidSignature:
                must(False, f"the signature in the name of {self.name} is false")
        return bool(mine)


# 3. The zip -----------------------------------------------------------------------------------
# Files side by side with nothing between them, and none can hurt whoever unpacks them. One is the
# checkpoint: the log's word for how many lines it has, and the hash of them all.

NAME = re.compile(r"(?!\.)[\w.-]{1,99}(/(?!\.)[\w.-]{1,99}){,3}", re.ASCII)
MOST_FILES = 10_000
LARGEST = 64_000_000  # of a file that is read whole, unless it is stored as it is
LONGEST_LINE = 65_535


def contents(case):
    case.zip, at = zipfile.ZipFile(case.path), 0
    files = case.zip.infolist()
    case.names = {file.filename for file in files}
    must(len(case.names) == len(files) <= MOST_FILES, "it has too many files")
    for file in files:
        must(NAME.fullmatch(file.filename), f"an odd name: {file.filename!r:.40}")
        plain = file.header_offset == at and file.compress_type in (0, 8) and not file.extra
        case.zip.fp.seek(at)
        head = file.FileHeader()  # what must stand in front of it, by the list at the end
        must(plain and case.zip.fp.read(len(head)) == head, f"{file.filename} is packed oddly")
        at += len(head) + file.compress_size
    must(at == case.zip.start_dir, "something stands behind the last file")
    case.manifest = json.loads(read(case.zip, "manifest.json"))
    must(case.manifest["format"] == "commonweal-bundle/1", "it is of another kind")


def read(zip, name):
    file = zip.getinfo(name)
    must(file.file_size <= max(LARGEST, file.compress_size), f"{name} is too large to be read")
    return zip.open(file).read(file.file_size)


def checkpoint(case, text=None):
    case.note = Note(text or read(case.zip, "log/checkpoint").decode())
    origin, size, case.root = case.note.text[:-1].split("\n")
    must(any([key.signed(case.note) for key in case.keys]), "it is not signed by such a key")
    must(origin == case.keys[0].name, f"this is a checkpoint of {origin}")
    case.size = int(size)
    return f"{size} lines"


def cosigned(case):
    """Enough of those did whom a policy names (c2sp.org/tlog-policy)."""
    if case.policy is None:
        raise Verdict(UNKNOWN, "give a policy that names them (--policy)")
    met, quorum = {"none": True}, []
    for line in case.policy.splitlines():
        what, *words = line.partition("#")[0].split() or [""]
        must(what in ("", "log", "witness", "group", "quorum"), f"a policy has no line {what}")
        if what == "witness":
            key = Key(words[1])
            must(key.kind == b"\4", f"{words[0]} is not the key of a witness")
            met[words[0]] = key.signed(case.note)
        elif what == "group":
            name, least, *names = words
            least = {"any": 1, "all": len(names)}.get(least) or int(least)
            met[name] = sum(met[one] for one in names) >= least
        elif what == "quorum":
            quorum.append(words[0])
    must(len(quorum) == 1 and quorum[0] in met, "the policy names no quorum, or several")
    who = ", ".join(name for name in met if met[name] and name != "none") or "nobody"
    must(met[quorum[0]], f"the quorum {quorum[0]} is missed: cosigned by {who}")
    return who


# 4. The log -----------------------------------------------------------------------------------
# Of every line there is a hash; of those that you may read, the line as well. A tree of hashes over
# these hashes (RFC 6962, 2.1), two by two, row above row, ends in the one that the log signed.

MOST_READ = 128_000_000  # of the lines that tell of releases
DEFINITIONS = ("indicator-defined", "indicator-definition-changed")
Fact = namedtuple("Fact", "name stream version place data")  # what happened to which stream
STAMP = re.compile(rb'"recordedtime":"([^"]*)".*"sequence":"(\d{20})"')  # near a line's end


def lines_stand(case):
    tree = case.tree = Tree(read(case.zip, "log/leaves"))
    must(tree.size == case.size, f"there are {tree.size} lines, and {case.size} were signed")
    must(tree.root(case.size) == case.root, "the lines do not hash to the signed root")
    case.places, case.facts, place, time, told = array("Q"), [], 0, b"", 0
    for line in lines(case):
        before, stamp = (place, time), STAMP.search(line, line.rindex(b'"recordedtime":"'))
        place, time = int(stamp[2]), stamp[1]
        must(before[0] < place, "lines are out of order")
        must(before[1] <= time, f"line {place} was recorded before the one in front of it")
        same = hashlib.sha256(b"\0" + line).digest() == tree.part(place - 1, place)
        must(same, f"line {place} is not the one that was signed")
        case.places.append(place)
        if b"/feed-" in line or b".indicator-defin" in line:  # others need not be understood
            said, told = json.loads(line), told + len(line)
            must(told <= MOST_READ, "more is told of releases than an honest bundle holds")
            about = said["type"].split(".")[2], said["subject"].rpartition("/")[2]
            case.facts.append(Fact(*about, said["streamversion"], place, said["data"]))
    return f"of {case.size} lines you may read {len(case.places)}"


def lines(case):
    with io.BufferedReader(case.zip.open("log/lines.jsonl"), 1 << 18) as file:
        while line := file.readline(LONGEST_LINE + 1):
            must(line.endswith(b"\n"), "a line is too long, or the last one has no end")
            yield line[:-1]


class Tree:
    """The rows of hashes. A part of it is told by its lines: those behind `first`, up to `end`."""

    def __init__(self, leaves):
        must(len(leaves) % 32 == 0, "the leaves are cut short")
        self.size, self.rows, sha256 = len(leaves) // 32, [leaves], hashlib.sha256
        while len(row := self.rows[-1]) > 32:
            pairs = range(0, len(row) - 32, 64)
            self.rows.append(b"".join([sha256(b"\1" + row[at : at + 64]).digest() for at in pairs]))

    def root(self, size):
        """The hash of the first so many lines, in base 64."""
        must(0 < size <= self.size, f"there were {size} lines, and there are {self.size}")
        return base64.b64encode(self.part(0, size)).decode()

    def part(self, first, end):
        height = (end - first).bit_length() - 1
        if end - first == 1 << height:
            at = 32 * (first >> height)
            return self.rows[height][at : at + 32]
        middle = self.middle(first, end)
        return hashlib.sha256(b"\1" + self.part(first, middle) + self.part(middle, end)).digest()

    def middle(self, first, end):
        """Where a part is halved: in front of it is the largest power of two below its size."""
        return first + (1 << (end - first - 1).bit_length() - 1)

    def beside(self, place, line, first, end):
        """The hashes beside the way down from the root to a line, which prove it to stand there, or
        to the end of an older tree, which prove that this one begins with it."""
        if place == end and (end - first == 1 or not line):
            return [self.part(first, end)] if first and not line else []
        middle = self.middle(first, end)
        if place <= middle:
            return [*self.beside(place, line, first, middle), self.part(middle, end)]
        return [*self.beside(place, line, middle, end), self.part(first, middle)]


def grew(case):
    then = [fact.data["checkpoint"] for fact in case.facts if fact.name == "feed-released"]
    for told in then + case.past:
        same = case.tree.root(told["size"]) == told["root"] and told["origin"] == case.agreed.name
        must(same, f"not since line {told['size']}")


def grew_since(case):
    """It begins with what you had, in a checkpoint or a bundle, and hides no line that you had."""
    if case.previous is None:
        raise Verdict(UNKNOWN, "give what you had (--previous)")
    had = SimpleNamespace(path=case.previous, keys=[*case.known.values()], places=())
    if zipfile.is_zipfile(case.previous):
        for check in (contents, checkpoint, lines_stand):
            check(had)
    else:
        checkpoint(had, Path(case.previous).read_text("utf-8"))
    same = case.tree.root(had.size) == had.root
    must(same, f"its first {had.size} lines are others: keep both")
    missing = {*had.places} - {*case.places}
    must(not missing, f"lines that you could read are hidden: {sorted(missing)[:5]}")
    return f"since line {had.size}"


def proofs(case):
    """Files for who has none but these: that a line stands there (c2sp.org/tlog-proof), or that the
    log begins with what it was."""
    names = [name for name in case.names if name.startswith("log/proofs/")]
    for name in names:
        head, _, note = read(case.zip, name).decode().partition("\n\n")
        kind, place, *hashes = head.split("\n")
        line = kind == "c2sp.org/tlog-proof@v1"
        must(line or kind == "commonweal-consistency/1", f"{name} is no proof")
        must(Note(note).text == case.note.text, f"{name} is of another checkpoint")
        right = case.tree.beside(int(place.split(" ")[1]) + line, line, 0, case.size)
        must([base64.b64decode(one) for one in hashes] == right, f"{name} proves nothing")
    return f"{len(names)} of them"


# 5. The release -------------------------------------------------------------------------------
# Lines tell how each release of the feed came about, step by step, and its cells: what is counted,
# where and when, with its figures, or that they are withheld.

FIGURES = ("value", "numerator", "denominator")
STATUSES = ("obs_status", "conf_status", "denominator_conf", "flag")
PERCENT = ("%", "percent")
NO_COUNT = re.compile(
    r"%|\bper\b|percent|rate|ratio|share|mean|median|average|score|index|points?\b|years?\b"
    r"|months?\b|weeks?\b|days?\b|hours?\b|minutes?\b|\$|dollars?\b|aud\b",
    re.IGNORECASE,
)  # units of values that count nobody; any other value is a count itself


def release(case):
    streams, released = {}, [fact for fact in case.facts if fact.name == "feed-released"]
    for fact in case.facts:
        streams.setdefault(fact.stream, []).append(fact)
    this = [fact for fact in released if fact.stream == case.manifest["release_id"]]
    must(this, "the lines hold no such release")
    profile = this[0].data["profile_id"]
    terms = [fact.data for fact in streams.get(profile, ()) if "policy" in fact.data]
    counted = terms and is_count(one.get("profile_version", 1) for one in terms)
    must(counted, "a version of the profile is missing")
    wholes = [whole for one in terms for whole in one["places"].get("wholes", ())]
    case.wholes = [(code_of(one["place"]), [*map(code_of, one["parts"])]) for one in wholes]
    ids = [fact.stream for fact in released if fact.data["profile_id"] == profile]
    case.releases = [Release(id, streams[id], case.facts) for id in ids]
    case.releases.sort(key=lambda one: one.number)
    for one in case.releases:
        one.check(terms)
    case.this = next(one for one in case.releases if one.id == this[0].stream)
    return f"release {case.this.number} of {terms[0]['code']}, line {this[0].place}"


class Release:
    """A release as its lines tell it."""

    def __init__(self, id, facts, all_facts):
        self.id, self.facts = id, facts
        self.prepared = self.one("feed-release-prepared")
        self.control = self.one("disclosure-control-applied")
        self.approved = self.one("feed-release-approved")
        self.released = self.one("feed-released")
        self.number = self.released.data["number"]
        self.replaces = self.prepared.data.get("replaces")
        self.policy, self.revisions = (self.control.data[of] for of in ("policy", "revisions"))
        pages = [fact.data["cells"] for fact in self.all("released-cells-frozen")]
        definitions = {}  # the last one of each series when the release was prepared
        for fact in all_facts:
            if fact.name in DEFINITIONS and fact.place < self.prepared.place:
                series = fact.data.get("series_version", fact.data["version"])
                definitions[fact.stream, series] = fact.data["definition"]
        self.cells = [Cell(self, said, definitions) for page in pages for said in page]
        self.cells.sort(key=lambda cell: cell.order)
        self.exact = "".join(cell.exact + "\n" for cell in self.cells).encode()

    def all(self, name):
        return [fact for fact in self.facts if fact.name == name]

    def one(self, name):
        found = self.all(name)
        must(len(found) == 1, f"a release has {len(found)} lines {name}")
        return found[0]

    def check(self, terms):
        """No line is missing, every step was taken, in order, and all of them mean the same."""
        steps = self.prepared, self.control, self.approved, self.released
        prepared, control, approved, released = (step.data for step in steps)
        places = [step.place for step in steps]
        people = [by["provenance"]["actor"] for by in (prepared, approved)]
        agreed, policy = terms[prepared["profile_version"] - 1]["policy"], self.policy
        codes = [cell.get("conf_status") for cell in self.cells]
        counted = [control[name] for name in ("cells", "primary", "secondary")]
        content = hashlib.sha256(self.exact).hexdigest()
        for truth, otherwise in (
            (is_count(fact.version for fact in self.facts), "lacks a line"),
            (self.all("reliability-determined"), "has nobody's word for what it is good for"),
            (places == sorted(places), "took its steps in another order"),
            (people[0] != people[1], "was approved by who prepared it"),
            (len({cell.order for cell in self.cells}) == len(codes), "has a cell twice"),
            (counted == [len(codes), codes.count("N"), codes.count("D")], "counts other cells"),
            (policy["min_count"] >= agreed["min_count"], "shows smaller counts than was agreed"),
            (policy["show_zero"] <= agreed["show_zero"], "shows counts of nobody"),
            (policy["k"] >= agreed["k"], "leaves fewer values than was agreed"),
            (content == approved["content_sha256"], "is not what was approved"),
            (content == released["content_sha256"], "is not what was published"),
        ):
            must(truth, f"release {self.number} {otherwise}")


class Cell:
    """A cell of a release. Those of one table are added up, and held against other releases'."""

    def __init__(self, release, said, definitions):
        self.release, self.get, self.exact = release, said.get, canonical(said)
        self.unit, self.place, self.table = said["unit"], code_of(said["place"]), table_of(said)
        self.strata = frozenset(said["dimensions"].items())
        last = self.place, canonical(said["dimensions"])
        self.order = said["indicator_code"], *self.table[1:], *last
        self.name = f"{said['indicator_code']} of {said['place'].get('label') or self.place[2]}"
        self.statuses = [said.get(name) or "" for name in STATUSES]
        self.figures = value, above, below = [number(said.get(name)) for name in FIGURES]
        if above is None and below is None and not NO_COUNT.search(self.unit):
            above = value
        definition, few = definitions.get(self.table[:2], {}), release.policy["min_count"]
        population = definition.get("level") == "population"
        self.open = definition.get("suppression_class") == "none"
        self.counts = above, below  # those counted, and those out of whom
        self.least = few, release.policy["min_population"] if population else few


def number(text):
    if text in (None, "", "np", "missing"):
        return None
    plain = re.fullmatch(r"-?\d{1,60}(\.\d{1,60})?(E[+-]\d\d)?", text, re.ASCII)
    must(plain, f"{text:.40} is no number")
    return Decimal(text)


def canonical(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def table_of(said):
    return said["indicator_id"], said["definition_version"], *period_of(said["period"])


def period_of(said):
    return said["start"], said["end"]


def code_of(place):
    return place["scheme"], place["edition"], place["code"]


def is_count(numbers):
    return all(number == at for at, number in enumerate(numbers, 1))


def corrections(case):
    must(is_count(one.number for one in case.releases), "a release is missing")
    by = {one.replaces: one.number for one in case.releases}
    must(by.keys() <= {None, *(one.id for one in case.releases)}, "what was replaced is hidden")
    for one in case.releases:
        said = [fact.data for fact in one.all("feed-restated")]
        same = [data["replaces"] for data in said] == [one.replaces] * bool(one.replaces)
        must(same, f"release {one.number} hides what it replaces")
        why = all(data["provenance"].get("reason") for data in said)
        must(why, f"release {one.number} replaces another one without a reason")
    now, said = by.get(case.this.id), case.this.replaces
    said = f"; this one replaces {said}" if said else ""
    return (f"replaced by release {now}" if now else "nothing replaces this one so far") + said


# 6. The figures -------------------------------------------------------------------------------
# Each format is read as rows, which are held against the rows that the log's cells make. A figure
# follows from its own counts, from its parts, and from lines.

ANY = object()  # in a row, for what is not held against anything


def formats(case):
    name, done = f"release/{case.manifest['name']}", ["jsonl"]
    must(read(case.zip, f"{name}.jsonl") == case.this.exact, "the JSON Lines are not the log's")
    for suffix, read_as, meant_as in (
        (".csv", csv_rows, as_table),
        (".xlsx", xlsx_rows, as_table),
        (".sdmx.csv", csv_rows, as_sdmx),
        (".cids.jsonld", cids_rows, as_cids),
    ):
        if name + suffix in case.names:
            rows = read_as(read(case.zip, name + suffix))
            for said, meant in zip(rows, meant_as(case.this.cells), strict=True):
                same = len(said) == len(meant) and all(map(alike, said, meant))
                must(same, f"{name}{suffix} says something other than the log")
            done.append(suffix[1:])
    return ", ".join(done)


def alike(said, meant):
    """A text, behind an apostrophe if a spreadsheet might run it; or a number in any spelling."""
    if isinstance(meant, str):
        return said in (meant, "'" + meant)
    return meant is ANY or number(said) == meant


def strata_of(cells):
    """The dimensions that cells have, in order, and of each cell where it stands in them."""
    names = sorted({name for cell in cells for name in cell.get("dimensions")})
    return names, [[cell.get("dimensions").get(name, "_T") for name in names] for cell in cells]


def as_table(cells):
    names, strata = strata_of(cells)
    head = "indicator_code indicator_name definition_version unit place_scheme place_edition"
    head += " place_code place_label period period_start period_end"
    head, last = head.split(" "), [*FIGURES, *STATUSES, "computed"]
    clear = [f"dimension:{name}" if name in head + last else name for name in names]
    yield [*head, *clear, *last]
    for cell, of in zip(cells, strata, strict=True):
        about = [cell.get("indicator_code"), ANY, str(cell.get("definition_version")), cell.unit]
        where = [*cell.place, cell.get("place").get("label") or ""]
        when = [cell.get("period")["period"], *cell.table[2:]]
        yield [*about, *where, *when, *of, *cell.figures, *cell.statuses, ANY]


def as_sdmx(cells):
    """In other columns; a code has few letters, and of a period it is the year."""
    names, strata = strata_of(cells)
    key = ["INDICATOR", "DEFINITION", "REF_AREA", *(ANY for _ in names), "TIME"]
    last = [name.upper() for name in (*FIGURES[1:], "unit_measure", *STATUSES, "computed")]
    yield [ANY, ANY, ANY, *key, "OBS_VALUE", *last]
    for cell, of in zip(cells, strata, strict=True):
        key = [cell.get("indicator_code"), str(cell.get("definition_version"))]
        codes = map(coded, [*key, "-".join(cell.place), *of])
        said = [*cell.figures, ANY, *cell.statuses, ANY]
        yield [ANY, ANY, ANY, *codes, cell.table[2][:4], *said]


def coded(text):
    return re.sub(r"[^A-Za-z0-9_@-]", lambda letter: f"${ord(letter[0]):X}$", text)


def csv_rows(body):
    rows = list(csv.reader(io.StringIO(body.decode(), newline="")))
    if rows[0][0] == "STRUCTURE":
        for row in rows:
            row[-10] = row[-10][:4]  # of the period, its year
    return rows


def as_cids(cells):
    for cell in cells:
        place, period, strata = cell.get("place"), cell.get("period"), cell.get("dimensions")
        strata = "".join(f", {name}: {code}" for name, code in sorted(strata.items()))
        name = f"{place.get('label') or place['code']}, {period['period']}{strata}"
        of = f"urn:uuid:{cell.get('indicator_id')}:version:{cell.get('definition_version')}"
        when = f"{period['start']}T00:00:00Z", f"{period['end']}T23:59:59Z"
        yield [name, of, *when, cell.get("obs_status"), cell.get("conf_status"), cell.figures[0]]


def cids_rows(body):
    names = "hasName", "forIndicator", "startedAtTime", "endedAtTime", "obsStatus", "confStatus"
    for node in json.loads(body)["@graph"]:
        if node["@type"] == "cids:IndicatorReport":
            yield [*(node[name] for name in names), node["value"]["hasNumericalValue"]]


def xlsx_rows(body):
    """The first of two sheets; no formula is in any. What no honest workbook has, such as entities
    that unfold, is not unfolded."""
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        names = sorted(name for name in book.namelist() if name.startswith("xl/worksheets/sheet"))
        parts = [read(book, name) for name in ["xl/sharedStrings.xml", *names]]
    must(len(names) == 2, "the workbook has other sheets than two")
    plain = all(part.startswith(b"<?xml") and b"<!" not in part for part in parts)
    must(plain, "the workbook is XML of another kind")
    shared, *sheets = map(ElementTree.fromstring, parts)
    must(not any(sheet.findall(".//{*}f") for sheet in sheets), "the workbook holds a formula")
    texts = ["".join(one.itertext()) for one in shared]
    texts = [re.sub("_x([0-9A-F]{4})_", lambda one: chr(int(one[1], 16)), one) for one in texts]
    rows = []
    for row in sheets[0].findall(".//{*}row"):
        rows.append({})
        for cell in row.findall("{*}c"):
            said = cell.findtext("{*}v")
            column = cell.get("r").rstrip("0123456789")
            rows[-1][column] = texts[int(said)] if cell.get("t") == "s" else said
    return [[row.get(at, "") for at in rows[0]] for row in rows]


def figures(case):
    cells = {(cell.table, cell.place, cell.strata): cell for cell in case.this.cells}
    wanted = {at for cell in cells.values() for at in cell.get("inputs")}
    numbered = zip(case.places, lines(case), strict=True) if wanted else ()
    told = {at: json.loads(line)["data"]["observations"] for at, line in numbered if at in wanted}
    free = [c for c in cells.values() if c.get("conf_status") == "F" and c.figures[0] is not None]
    case.hidden = 0
    for cell in free:
        rate_follows(cell)
        for whole, places in case.wholes if cell.get("computed") else ():
            if whole == cell.place:
                parts = [cells.get((cell.table, place, cell.strata)) for place in places]
                said = [] if None in parts else zip(*(part.figures for part in parts), strict=True)
                for at, those in [*enumerate(said)][1:]:
                    right = None in those or adds_up(cell, at, those)
                    must(right, f"{cell.name} is not the sum of its parts")
        if cell.get("inputs") and told.keys() >= {*cell.get("inputs")}:
            said = [one for at in cell.get("inputs") for one in told[at]]
            said = [one for one in said if period_of(one) == cell.table[2:]]
            said = said if cell.get("computed") else said[-1:]
            for at in (1, 2) if cell.get("computed") else (0, 1, 2):
                those = [number(one.get(FIGURES[at])) for one in said]
                must(adds_up(cell, at, those), f"{cell.name} is not what its lines say")
        else:
            case.hidden += 1
    return f"{len(free) - case.hidden} of {len(free)} follow from lines that you may read"


def adds_up(cell, at, parts):
    """Whether a figure, if it is shown, is the sum of these."""
    figure = cell.figures[at]
    return figure is None or (parts and None not in parts and sum(parts) == figure)


def rate_follows(cell):
    value, above, below = cell.figures
    if cell.unit in PERCENT and above is not None and below:
        step = Decimal(1).scaleb(value.as_tuple().exponent)
        right = abs(above / below * 100 - value) <= step / 2
        must(right, f"{cell.name}: {above} of {below} is not {value} %")


def unseen(case):
    said = []
    if hidden := case.size - len(case.places):
        said.append(f"{hidden} lines are not for you, and you have their hashes only")
    if case.hidden:
        said.append(f"behind {case.hidden} of the figures stand lines that you may not read")
    if f"release/{case.manifest['name']}.parquet" in case.names:
        said.append("Parquet is not read")
    if said:
        raise Verdict(UNKNOWN, "; ".join(said))


# 7. Small numbers -----------------------------------------------------------------------------
# Whoever has all releases knows between what each count lies, and of sums of counts that one is at
# most so many more than another. All this must leave enough values to each count that is withheld.

MANY = 10**12


def small(case):
    tables = defaultdict(Known)
    for one in case.releases:
        for cell in one.cells:
            shown_rightly(cell)
            tables[cell.table].add_cell(cell)
    for one in case.releases:
        for change in one.revisions:
            tables[table_of(change)].add_change(one.id, change, {place for place, _ in case.wholes})
    for known in tables.values():
        known.add_sums(case.wholes)
        known.try_all()
    return f"{sum(len(known.withheld) for known in tables.values())} were tried"


def shown_rightly(cell):
    """What is withheld is not told beside, and what is shown is not small."""
    policy, what = cell.release.policy, f"{cell.name} in release {cell.release.number}"
    if cell.get("conf_status") != "F":
        bare = not any(cell.get(name) for name in ("value", "numerator", "inputs"))
        must(bare, f"{what} is withheld, and told all the same")
    elif not cell.open:
        above, below = cell.counts
        shown = [*zip(cell.counts, cell.least, strict=True)]
        if policy["protect_complement"] and None not in cell.counts and above <= below:
            shown.append((below - above, policy["min_count"]))
        for count, fewest in shown:
            large = count is None or count >= fewest or (count == 0 and policy["show_zero"])
            must(large, f"{what} shows a count of {count}")


class Known:
    """What is known of one table. A count is told by its release, by whether it is of those counted
    or of those out of whom, by its place and its strata."""

    def __init__(self):
        self.bounds, self.withheld, self.sums, self.of, self.steps = {}, {}, [], {}, 2_000_000
        self.percent = False

    def add_cell(self, cell):
        self.percent = cell.unit in PERCENT
        release, policy, (few, fewest) = cell.release, cell.release.policy, cell.least
        smallest, status = 1 if policy["show_zero"] else 0, cell.get("denominator_conf")
        rate = status or cell.figures[2] is not None
        either = status == "N" or (policy["protect_complement"] and rate)
        ranges = (  # by status; "N" of a rate may mean that those who were not counted are few
            {"N": (0, MANY) if either else (smallest, few - 1), "D": (few, MANY)},
            {"N": (smallest if fewest == few else 0, fewest - 1), "D": (fewest, MANY)},
        )
        codes = cell.get("conf_status"), status
        for name, code, count, range in zip(FIGURES[1:], codes, cell.counts, ranges, strict=True):
            key = release.id, name, cell.place, cell.strata
            if code in range:
                self.bounds[key], self.withheld[key] = range[code], release
            elif count is not None and count == int(count):
                self.bounds[key] = int(count), int(count)

    def add_sums(self, wholes):
        for key in self.bounds:
            release, name, place, strata = key
            below = release, "denominator", place, strata
            if self.percent and name == "numerator" and below in self.bounds:
                self.at_most([key], [below])
            for whole, places in wholes:  # a whole is the sum of its places, in each stratum
                parts = [(release, name, part, strata) for part in places]
                if whole == place and self.bounds.keys() >= {*parts}:
                    self.at_most([key], parts)
                    self.at_most(parts, [key])
            for one in strata:  # a stratum is part of the count that says nothing of its dimension
                if (total := (release, name, place, strata - {one})) in self.bounds:
                    self.at_most([key], [total])

    def add_change(self, release, change, wholes):
        """So many fewer and more there are than in an earlier release: at no place more than that,
        nor at all places together but for those that are made of others."""
        groups = {}
        for now in self.bounds:
            then = change["since"], *now[1:]
            if now[0] == release and then in self.bounds:
                groups[now] = [(then, now)]
                if now[2] not in wholes:
                    groups.setdefault((now[1], now[3]), []).append((then, now))
        for pairs in groups.values():
            then, now = zip(*pairs, strict=True)
            moved = change.get(now[0][1]) or {"fewer": 0, "more": 0}
            self.at_most(then, now, moved["fewer"])
            self.at_most(now, then, moved["more"])

    def at_most(self, these, those, more=0):
        """The sum of these is at most so many more than the sum of those."""
        terms = [(key, 1) for key in these] + [(key, -1) for key in those]
        for key, _ in terms:
            self.of.setdefault(key, []).append(len(self.sums))
        self.sums.append((terms, more))

    def try_all(self):
        """Enough values are left to each count that is withheld."""
        bounds = self.narrowed(self.bounds, range(len(self.sums))) if self.withheld else {}
        must(bounds is not None, "the figures that were released contradict one another")
        for key, release in self.withheld.items():
            (low, high), enough, sums = bounds[key], release.policy["k"], self.of.get(key, ())
            guesses = ({**bounds, key: (value, value)} for value in range(low, high + 1))
            possible = (guess for guess in guesses if self.narrowed(guess, sums) is not None)
            left = len([*islice(possible, enough)])
            what = f"the {key[1]} of {key[2][2]} in release {release.number} can be worked out"
            must(left >= enough, f"{what}: {left} values are left, {enough} must be")

    def narrowed(self, bounds, sums):
        """The bounds that follow from these by sums that may narrow them; None where no counts at
        all would add up."""
        bounds, due = dict(bounds), set(sums)
        while due:
            self.steps -= 1
            must(self.steps > 0, "the sums that were released are too many to be gone through")
            terms, more = self.sums[due.pop()]
            room = more - sum(sign * bounds[key][sign < 0] for key, sign in terms)
            for key, sign in terms:  # none is further from its end than there is room
                low, high = bounds[key]
                now = (low, min(high, low + room)) if sign > 0 else (max(low, high - room), high)
                if now[0] > now[1]:
                    return None
                if now != (low, high):
                    bounds[key] = now
                    due.update(self.of[key])
        return bounds


# The command ----------------------------------------------------------------------------------


def key_or_file(given):
    path = Path(given)
    try:
        return Key(path.read_text("utf-8") if len(given) < 200 and path.is_file() else given)
    except (ValueError, OSError):
        reads = "which reads like example.org/log/measurement+0a1b2c3d+AbC…"
        told = f"{given!r} is neither a key, {reads}, nor a file that holds one"
        raise argparse.ArgumentTypeError(told) from None


def a_file(given):
    if Path(given).is_file():
        return given
    raise argparse.ArgumentTypeError(f"{given} is no file: name the bundle, a .zip, as you have it")


def policy(given):
    try:
        return Path(given).read_text("utf-8")
    except (ValueError, OSError) as error:
        raise argparse.ArgumentTypeError(f"the policy cannot be read: {error}") from None


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="verify", description=__doc__.split("\n\n")[0])
    parser.add_argument("bundle", metavar="BUNDLE", type=a_file)
    parser.add_argument("--key", type=key_or_file, required=True, help="the log's, as agreed")
    parser.add_argument("--previous", help="a bundle or a checkpoint that you received before")
    parser.add_argument("--policy", type=policy, help="a C2SP tlog-policy: who must have cosigned")
    chosen = parser.parse_args(arguments)
    rows = verified(chosen.bundle, chosen.key, chosen.previous, chosen.policy)
    for claim, verdict, why in rows:
        print(f" {MARKS[verdict]} {verdict:<14} {claim}{': ' if why else ''}{why}")
    print("It does not prove that what was entered is true.")
    return int(any(verdict == FAILS for _, verdict, _ in rows))


if __name__ == "__main__":
    sys.exit(main())
