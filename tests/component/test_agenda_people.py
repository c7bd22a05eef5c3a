"""The people directory over HTTP: names are now only, and in no fact."""

from __future__ import annotations

from typing import Any

import httpx

from tests.callers import Caller, token
from tests.component.agenda_story import house
from tests.component.test_agenda import refusal

ANNA = {"name": "Anna", "contact": "03 5550 0000"}


async def put(caller: Caller, person: str, body: Any) -> httpx.Response:
    return await caller.ask(f"/v1/people/{person}", body, method="PUT")


async def delete(caller: Caller, person: str) -> httpx.Response:
    return await caller.ask(f"/v1/people/{person}", {}, method="DELETE")


async def test_a_coordinator_keeps_the_directory_and_colleagues_read_it():
    app, _ = house()
    colleague = token("person-2", "partner-representative")
    async with Caller(app) as caller, Caller(app, bearer=colleague) as reader:
        first = await put(caller, "person-7", ANNA)
        assert (first.status_code, first.json()["put_at"][:10]) == (201, "2021-09-27")
        assert (await put(caller, "person-7", ANNA)).status_code == 200
        assert (await reader.get("/v1/people/person-7")).json()["name"] == "Anna"
        page = await reader.get("/v1/people?reference=person-8&reference=person-7")
        assert [one["reference"] for one in page.json()] == ["person-7"]
        assert refusal(await put(reader, "person-7", ANNA)) == (403, "role-not-allowed")
        assert refusal(await delete(reader, "person-7")) == (403, "role-not-allowed")
        assert (await delete(caller, "person-7")).status_code == 204
        assert refusal(await caller.get("/v1/people/person-7")) == (404, "not-found")
        assert refusal(await delete(caller, "person-7")) == (404, "not-found")
        assert (await caller.get("/v1/head")).json()["sequence"] == 0, "no fact holds a name"


async def test_everybody_keeps_their_own_entry():
    app, _ = house()
    async with Caller(app, bearer=token("person-9", "public")) as person:
        assert (await put(person, "person-9", {"name": "Nine"})).status_code == 201
        assert (await person.get("/v1/people/person-9")).json()["name"] == "Nine"
        assert refusal(await person.get("/v1/people/person-1")) == (403, "role-not-allowed")
        many = await person.get("/v1/people?reference=person-9")
        assert refusal(many) == (403, "role-not-allowed")
        assert (await delete(person, "person-9")).status_code == 204


async def test_names_are_never_told_as_of_the_past():
    app, _ = house()
    async with Caller(app) as caller:
        await put(caller, "person-7", ANNA)
        for path in ("/v1/people/person-7?", "/v1/people?reference=person-7&"):
            refused = await caller.get(f"{path}as_known_at=2021-09-01")
            assert refusal(refused) == (422, "invalid-shape")
            assert "only knows the present" in refused.json()["detail"]


async def test_a_body_of_another_shape_is_refused_by_name():
    app, _ = house()
    async with Caller(app) as caller:
        for body, pointer in (
            ({}, "/name"),
            ({"name": ""}, "/name"),
            ({"name": "A", "age": 15}, "/age"),
            ({"name": "A\x00"}, "/name"),
        ):
            refused = await put(caller, "person-7", body)
            assert refused.status_code == 422
            assert refused.json()["errors"][0]["pointer"] == pointer
        keyless = await caller.put("/v1/people/person-7", json=ANNA)
        assert refusal(keyless) == (400, "idempotency-key-required")
        assert (await put(caller, "a%20b", ANNA)).status_code == 422
