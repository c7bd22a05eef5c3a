"""The tree: it is RFC 6962's, any tile layout gives the same proofs, and no altered one passes."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.audit.merkle import (
    EMPTY_ROOT,
    Span,
    consistency,
    continues,
    includes,
    inclusion,
    leaf_hash,
    node_hash,
)
from infra.audit.tiles import Asked, Growth, Tile, asked, bundle, edge, tile_path, unbundled
from infra.audit.tiles import hashed as read_hashes
from infra.audit.tiles import needed as needed_tiles

# Known to the world: transparency-dev/merkle, cmd/proofgen (Apache-2.0).
INPUTS = [
    bytes.fromhex(each)
    for each in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    bytes.fromhex(each)
    for each in (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    )
]
P = {
    bytes.fromhex(each).hex()[:2]: bytes.fromhex(each)
    for each in (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
    )
}
INCLUSION = [  # index, size, the leaf's input, the proof
    (0, 1, "", ""),
    (0, 8, "", "96 5f 6b"),
    (5, 8, "40414243", "bc ca d3"),
    (2, 3, "10", "fa"),
    (1, 5, "00", "6e 5f bc"),
]
CONSISTENCY = [
    (1, 1, ""),
    (1, 8, "96 5f 6b"),
    (6, 8, "0e ca d3"),
    (2, 5, "5f bc"),
    (6, 7, "0e b0 d3"),
]
SOME = bytes.fromhex("abacaba000000000000000000000000000000000000000000060061e00123456")
Included = tuple[int, int, bytes, bytes, list[bytes]]
Continued = tuple[int, int, bytes, bytes, list[bytes]]


def proof(names: str) -> list[bytes]:
    return [P[name] for name in names.split()]


def broken_proofs(found: list[bytes], *roots: bytes) -> Iterator[list[bytes]]:
    """A proof with something before, behind, left out, or one bit changed."""
    for more in (b"", *roots):
        yield [*found, more]
        yield [more, *found]
    for place, each in enumerate(found):
        yield [*found[:place], bytes([each[0] ^ 8]) + each[1:], *found[place + 1 :]]
    if found:
        yield found[:-1]
        yield found[1:]
        yield [found[0], SOME, *found[1:]]
        yield []


def broken_inclusions() -> Iterator[Included]:
    for index, size, entry, names in INCLUSION:
        leaf, root, good = leaf_hash(bytes.fromhex(entry)), ROOTS[size - 1], proof(names)
        for other in (index - 1, index + 1, index ^ 2):
            yield other, size, leaf, root, good
        for other in (size * 2, size // 2):
            yield index, other, leaf, root, good
        yield index, size, b"WrongLeaf", root, good
        for other_root in (EMPTY_ROOT, SOME, b""):
            yield index, size, leaf, other_root, good
        for bad in broken_proofs(good, root):
            yield index, size, leaf, root, bad
    for index, size in ((0, 0), (0, 1), (1, 0), (2, 1)):
        yield index, size, SOME, b"", []
        yield index, size, b"", EMPTY_ROOT, []
        yield index, size, SOME, EMPTY_ROOT, []
    yield 0, 1, b"", b"", []  # degenerate: it agrees with itself, and no part of it is a hash


def broken_consistencies() -> Iterator[Continued]:
    for old, new, names in CONSISTENCY:
        first, second, good = ROOTS[old - 1], ROOTS[new - 1], proof(names)
        for others in ((old - 1, new), (old + 1, new), (old ^ 2, new), (old, new * 2)):
            yield *others, first, second, good
        if new // 2 != old:
            yield old, new // 2, first, second, good
        yield old, new, b"WrongRoot", second, good
        yield old, new, first, b"WrongRoot", good
        if old != new:
            yield old, new, second, first, good
        for bad in broken_proofs(good, first, second):
            yield old, new, first, second, bad
    care, less = b"don't care 1", b"don't care 2"
    for old, new in ((0, 0), (0, 1), (1, 0), (2, 1), (0, 2), (1, 1)):
        yield old, new, care, less, []
        yield old, new, less, less, [SOME]
    yield 1, 1, less, less, []  # degenerate: no root of any tree


def test_roots_are_those_that_the_world_knows() -> None:
    growth = Growth()
    assert growth.root() == EMPTY_ROOT == sha256(b"").digest()
    for entry, root in zip(INPUTS, ROOTS, strict=True):
        growth.add(leaf_hash(entry))
        assert growth.root() == root


@pytest.mark.parametrize(("index", "size", "entry", "names"), INCLUSION)
def test_inclusion_as_the_world_proves_it(index: int, size: int, entry: str, names: str) -> None:
    tree = Tree(size, INPUTS)
    assert tree.prove(inclusion(index, size)) == proof(names)
    assert includes(leaf_hash(bytes.fromhex(entry)), index, size, proof(names), ROOTS[size - 1])


@pytest.mark.parametrize(("old", "new", "names"), CONSISTENCY)
def test_consistency_as_the_world_proves_it(old: int, new: int, names: str) -> None:
    assert Tree(new, INPUTS).prove(consistency(old, new)) == proof(names)
    assert continues(old, ROOTS[old - 1], new, ROOTS[new - 1], proof(names))


def test_no_broken_inclusion_passes() -> None:
    broken = list(broken_inclusions())
    assert len(broken) >= 98
    for index, size, leaf, root, bad in broken:
        assert not includes(leaf, index, size, bad, root), (index, size, leaf, root, bad)


def test_no_broken_consistency_passes() -> None:
    broken = list(broken_consistencies())
    assert len(broken) >= 98
    for old, new, first, second, bad in broken:
        assert not continues(old, first, new, second, bad), (old, new, first, second, bad)


def test_every_tree_begins_with_the_empty_one() -> None:
    assert continues(0, EMPTY_ROOT, 8, ROOTS[7], [])
    assert continues(0, EMPTY_ROOT, 0, EMPTY_ROOT, [])
    assert not continues(0, EMPTY_ROOT, 0, ROOTS[0], [])
    assert not continues(0, ROOTS[0], 8, ROOTS[7], [])
    assert not continues(0, EMPTY_ROOT, 8, ROOTS[7], [SOME])
    for none in (8, 9, -1):
        with pytest.raises(ValueError, match="has no leaf"):
            inclusion(none, 8)
    with pytest.raises(ValueError, match="holds none"):
        consistency(9, 8)


# ---------------------------------------------------------------------------- any tree


class Tree:
    """A tree of `size` leaves, and the tiles that a server of it would have."""

    def __init__(self, size: int, entries: Sequence[bytes] = (), page: int = 1_000) -> None:
        self.size = size
        given = entries[:size] or [str(number).encode() for number in range(size)]
        self.leaves = [leaf_hash(entry) for entry in given]
        self.kept: dict[tuple[int, int], bytes] = {}
        self.growth = Growth()
        for begin in range(0, size, page):
            for tile, hashes in self.growth.add(
                b"".join(self.leaves[begin : begin + page])
            ).items():
                assert len(hashes) == tile.width * 32
                before = self.kept.get((tile.level, tile.number), b"")
                assert hashes.startswith(before)
                self.kept[tile.level, tile.number] = hashes

    def prove(self, spans: list[Span], size: int | None = None) -> list[bytes]:
        """From the tiles alone, at this size or an earlier one."""
        size = self.size if size is None else size
        wanted = needed_tiles(spans, size)
        read = {each: self.kept[each.level, each.number][: each.width * 32] for each in wanted}
        assert all(len(hashes) == tile.width * 32 for tile, hashes in read.items())
        return read_hashes(spans, size, read)


def naive_root(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962, 2.1, as it is written there."""
    if len(leaves) < 2:
        return leaves[0] if leaves else EMPTY_ROOT
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    return node_hash(naive_root(leaves[:middle]), naive_root(leaves[middle:]))


LARGEST = 66_000
WHOLE = Tree(LARGEST)
SIZES = st.one_of(
    st.integers(1, 600),
    st.integers(1, LARGEST),
    st.sampled_from([1, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, LARGEST]),
)


@settings(max_examples=60, deadline=None)
@given(size=st.integers(0, 1_500), pages=st.lists(st.integers(1, 700), min_size=1, max_size=6))
def test_however_it_grew_it_is_the_same_tree(size: int, pages: list[int]) -> None:
    growth, begin, turn = Growth(), 0, 0
    while begin < size:
        page = min(pages[turn % len(pages)], size - begin)
        growth.add(b"".join(WHOLE.leaves[begin : begin + page]))
        begin, turn = begin + page, turn + 1
        parts = [
            WHOLE.kept[t.level, t.number][: t.width * 32] if t.width else b"" for t in edge(begin)
        ]
        growth = Growth(begin, parts)  # as after a restart
    assert growth.size == size
    assert growth.root() == naive_root(WHOLE.leaves[:size])


@settings(max_examples=120, deadline=None)
@given(size=SIZES, data=st.data())
def test_any_leaf_of_any_tree_is_proven_and_no_altered_one(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    root = WHOLE.prove([Span(0, size)], size)[0]
    found = WHOLE.prove(inclusion(index, size), size)
    leaf = WHOLE.leaves[index]
    assert includes(leaf, index, size, found, root)

    parts = [leaf, root, *found]
    which = data.draw(st.integers(0, len(parts) - 1))
    bit = data.draw(st.integers(0, 255))
    parts[which] = flipped(parts[which], bit)
    assert not includes(parts[0], index, size, parts[2:], parts[1])
    other = data.draw(st.integers(0, size + 1).filter(lambda each: each != index))
    assert not includes(leaf, other, size, found, root)


@settings(max_examples=120, deadline=None)
@given(old=SIZES, new=SIZES, data=st.data())
def test_any_two_sizes_are_consistent_and_no_altered_pair(
    old: int, new: int, data: st.DataObject
) -> None:
    old, new = sorted((old, new))
    first, second = (WHOLE.prove([Span(0, size)], size)[0] for size in (old, new))
    found = WHOLE.prove(consistency(old, new), new)
    assert continues(old, first, new, second, found)

    parts = [first, second, *found]
    which = data.draw(st.integers(0, len(parts) - 1))
    parts[which] = flipped(parts[which], data.draw(st.integers(0, 255)))
    assert not continues(old, parts[0], new, parts[1], parts[2:])
    if old != new:
        assert not continues(new, second, old, first, found)


def flipped(hash_: bytes, bit: int) -> bytes:
    return (int.from_bytes(hash_, "big") ^ (1 << bit)).to_bytes(32, "big")


# ---------------------------------------------------------------------------- tiles


def test_the_tiles_of_the_standards_own_example() -> None:
    assert edge(70_000) == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert edge(256) == [Tile(0, 1, 0), Tile(1, 0, 1)]
    assert tile_path(Tile(0, 1_234_067)) == "0/x001/x234/067"
    assert tile_path(Tile(1, 0, 17)) == "1/000.p/17"
    assert Tile(1, 1, 17).needs == (256 + 17) * 256


@given(level=st.integers(0, 7), number=st.integers(0, 10**12), width=st.integers(1, 256))
def test_a_tiles_path_names_it_again(level: int, number: int, width: int) -> None:
    tile = Tile(level, number, width)
    assert asked(tile_path(tile)) == Asked(tile, entries=False)
    entries = "entries/" + tile_path(tile).partition("/")[2]
    assert asked(entries) == Asked(Tile(0, number, width), entries=True)


@pytest.mark.parametrize(
    "path",
    [
        *("", "0", "0/", "0/0", "0/1", "00/000", "8/000", "-1/000", "0/x000/001", "0/000/001"),
        *("0/001.p/0", "0/001.p/256", "0/001.p/01", "0/001.p/", "0/x01/001", "0/1000", "a/001"),
        *("0/001.p/1/", "data/001", "entries/1", "0/../0/001", "0/\u0661\u0661\u0661", "0/001\n"),
    ],
)
def test_whatever_else_is_no_path(path: str) -> None:
    assert asked(path) is None


@given(entries=st.lists(st.binary(max_size=300), max_size=20))
def test_a_bundle_gives_its_entries_again(entries: list[bytes]) -> None:
    body = bundle(entries)
    assert unbundled(body) == entries
    for end in range(1, len(body)):
        try:
            assert unbundled(body[:-end]) == entries[: len(unbundled(body[:-end]))]
        except ValueError:
            continue  # cut within an entry: it says so


def test_a_bundles_lengths_are_two_bytes() -> None:
    assert base64.b16encode(bundle([b"a", b"", b"xyz"])) == b"00016100000003" + b"78797A"


def test_an_edge_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="not the edge"):
        Growth(5, [b""])
