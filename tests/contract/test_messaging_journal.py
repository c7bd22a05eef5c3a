"""Vectors: how a cut through the journal is written, read, compared and joined."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.journal import SOURCES, Vector, VectorMalformed

vectors = st.dictionaries(st.sampled_from(SOURCES), st.integers(0, 10**12)).map(Vector)


def test_a_vector_reads_as_it_is_written_in_one_order_of_services() -> None:
    vector = Vector.parse("activities:96,agenda:214,measurement:873")
    assert str(vector) == "agenda:214,measurement:873,activities:96"
    assert (vector["agenda"], vector["measurement"], vector["activities"]) == (214, 873, 96)


def test_a_service_that_is_not_named_stands_before_its_first_line() -> None:
    vector = Vector.parse("measurement:873")
    assert vector["agenda"] == 0
    assert list(vector) == ["measurement"]
    assert str(vector.whole()) == "agenda:0,measurement:873,activities:0"
    assert vector == vector.whole()
    assert hash(vector) == hash(vector.whole())


@pytest.mark.parametrize(
    "text",
    [
        "",
        ",",
        "agenda",
        "agenda:",
        "agenda:-1",
        "agenda:01",
        "agenda:1,",
        "agenda:1,agenda:2",
        "agenda:1;measurement:2",
        "Agenda:1",
        " agenda:1",
        "agenda:1 ",
        "agenda:1\n",
        "gateway:1",
        "agenda:9999999999999999999",
        "agenda:٣",
        "agenda:1_0",
    ],
)
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(VectorMalformed, match="agenda:214,measurement:873,activities:96"):
        Vector.parse(text)


@given(one=vectors, other=vectors)
def test_the_join_is_the_smallest_cut_that_covers_both(one: Vector, other: Vector) -> None:
    joined = one.joined(other)
    assert joined.covers(one)
    assert joined.covers(other)
    assert all(joined[source] in (one[source], other[source]) for source in SOURCES)


@given(vector=vectors.filter(len))
def test_what_is_written_is_read_again(vector: Vector) -> None:
    assert Vector.parse(str(vector)) == vector
