-- Group commit: what several requests offer is written in one call, one transaction.
--
-- The lock is exclusive and held to the end of the transaction, so sequence n + 1 is only written
-- once n is committed, also from several processes, and a reader that follows `sequence` never skips.

CREATE FUNCTION line_of(
    head text, recorded timestamptz, middle text, sequence bigint, tail text
) RETURNS text LANGUAGE sql STABLE RETURN
    head || to_char(recorded AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    || middle || lpad(sequence::text, 20, '0') || tail;

CREATE FUNCTION take_turn(
    clock_now timestamptz, OUT base bigint, OUT recorded timestamptz
) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7305801);
    -- A statement of its own, which begins when the lock is ours: it sees what the last one wrote.
    SELECT coalesce(e.sequence, 0), greatest(clock_now, e.recordedtime, k.instant)
    INTO base, recorded
    FROM known_through AS k
    LEFT JOIN LATERAL (
        SELECT l.sequence, l.recordedtime FROM events AS l ORDER BY l.sequence DESC LIMIT 1
    ) AS e ON true;
END $$;

-- A request that comes alone and writes one line without claims, which is what most do: the same
-- as below, without arrays. Raises unique_violation where it is refused.
CREATE FUNCTION append_one(
    clock_now      timestamptz,
    client         text,
    key            text,
    digest         bytea,
    status         smallint,
    header         text,
    answer         bytea,
    stream_id      uuid,
    stream_version integer,
    initiative_id  uuid,
    head           text,
    middle         text,
    tail           text,
    OUT base       bigint,
    OUT recorded   timestamptz
) LANGUAGE plpgsql AS $$
#variable_conflict use_variable
BEGIN
    SELECT t.base, t.recorded INTO base, recorded FROM take_turn(clock_now) AS t;
    IF key IS NOT NULL THEN
        INSERT INTO idempotency
            (client, key, body_sha256, first_sequence, last_sequence, status, headers, answer)
        VALUES (append_one.client, append_one.key, digest, base + 1, base + 1,
                append_one.status, header, append_one.answer);
    END IF;
    INSERT INTO events (sequence, stream_id, stream_version, initiative_id, recordedtime, line)
    VALUES (base + 1, append_one.stream_id, append_one.stream_version, append_one.initiative_id,
            recorded, line_of(head, recorded, middle, base + 1, tail));
END $$;

-- Writes all of these arrays after `base`, or raises unique_violation: on `idempotency` where a key
-- was answered before, on `events` where a version is taken, on `claims` where somebody holds one.
CREATE FUNCTION write_offers(
    base            bigint,
    recorded        timestamptz,
    -- one element a request; a null key means that the request carries none
    clients         text[],
    keys            text[],
    digests         bytea[],
    statuses        smallint[],
    headers         text[],
    answers         bytea[],
    line_ends       integer[],  -- counted from the first line of all
    -- one element a line, in the order of the requests
    stream_ids      uuid[],
    stream_versions integer[],
    initiative_ids  uuid[],
    heads           text[],
    middles         text[],
    tails           text[],
    -- one element a claim that is given back, and one a claim that is taken
    release_kinds   text[],
    release_keys    text[],
    claim_kinds     text[],
    claim_keys      text[],
    claim_holders   uuid[]
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO idempotency
        (client, key, body_sha256, first_sequence, last_sequence, status, headers, answer)
    SELECT o.client, o.key, o.digest, base + o.line_start + 1, base + o.line_end,
           o.status, o.header, o.answer
    FROM unnest(clients, keys, digests, statuses, headers, answers, 0 || line_ends, line_ends)
        AS o (client, key, digest, status, header, answer, line_start, line_end)
    WHERE o.key IS NOT NULL;

    INSERT INTO events (sequence, stream_id, stream_version, initiative_id, recordedtime, line)
    SELECT base + l.place, l.stream_id, l.stream_version, l.initiative_id, recorded,
           line_of(l.head, recorded, l.middle, base + l.place, l.tail)
    FROM unnest(stream_ids, stream_versions, initiative_ids, heads, middles, tails)
        WITH ORDINALITY
        AS l (stream_id, stream_version, initiative_id, head, middle, tail, place);

    FOR given IN 1 .. cardinality(release_keys) LOOP
        DELETE FROM claims AS held
        WHERE held.kind = release_kinds[given] AND held.key = release_keys[given];
    END LOOP;
    IF cardinality(claim_keys) > 0 THEN
        INSERT INTO claims (kind, key, holder)
        SELECT taken.kind, taken.key, taken.holder
        FROM unnest(claim_kinds, claim_keys, claim_holders) AS taken (kind, key, holder);
    END IF;
END $$;

-- Writes what it can of what several requests offer, each of them whole or not at all, and says of
-- each one 'written', or the table that refused it (of a claim also its holder, kind and key).
-- Nearly always nothing is refused, so all of it is tried at once; else one request after the
-- other, so that each is judged by what stands then.
CREATE FUNCTION append_offers(
    clock_now       timestamptz,
    clients         text[],
    keys            text[],
    digests         bytea[],
    statuses        smallint[],
    headers         text[],
    answers         bytea[],
    line_ends       integer[],
    stream_ids      uuid[],
    stream_versions integer[],
    initiative_ids  uuid[],
    heads           text[],
    middles         text[],
    tails           text[],
    release_request integer[],  -- the place of its request, from 1
    release_kinds   text[],
    release_keys    text[],
    claim_request   integer[],
    claim_kinds     text[],
    claim_keys      text[],
    claim_holders   uuid[],
    OUT base        bigint,
    OUT recorded    timestamptz,
    OUT outcomes    text[]  -- null where all are written
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    written bigint := 0;
    first   integer := 1;  -- of the request's lines, releases and claims
    last    integer;
    r       integer := 1;
    r_last  integer;
    c       integer := 1;
    c_last  integer;
    refuser text;
BEGIN
    SELECT t.base, t.recorded INTO base, recorded FROM take_turn(clock_now) AS t;
    BEGIN
        PERFORM write_offers(
            base, recorded, clients, keys, digests, statuses, headers, answers, line_ends,
            stream_ids, stream_versions, initiative_ids, heads, middles, tails,
            release_kinds, release_keys, claim_kinds, claim_keys, claim_holders);
        RETURN;
    EXCEPTION WHEN unique_violation THEN
        outcomes := array_fill('written'::text, ARRAY[cardinality(keys)]);
    END;
    FOR place IN 1 .. cardinality(keys) LOOP
        last := line_ends[place];
        r_last := r - 1 + cardinality(array_positions(release_request, place));
        c_last := c - 1 + cardinality(array_positions(claim_request, place));
        BEGIN
            PERFORM write_offers(
                base + written, recorded, clients[place:place], keys[place:place],
                digests[place:place], statuses[place:place], headers[place:place],
                answers[place:place], ARRAY[last - first + 1],
                stream_ids[first:last], stream_versions[first:last], initiative_ids[first:last],
                heads[first:last], middles[first:last], tails[first:last],
                release_kinds[r:r_last], release_keys[r:r_last],
                claim_kinds[c:c_last], claim_keys[c:c_last], claim_holders[c:c_last]);
            written := written + last - first + 1;
        EXCEPTION WHEN unique_violation THEN
            GET STACKED DIAGNOSTICS refuser = TABLE_NAME;
            outcomes[place] := CASE refuser WHEN 'claims' THEN (
                SELECT format('claims %s %s %s', h.holder, h.kind, h.key)
                FROM unnest(claim_kinds[c:c_last], claim_keys[c:c_last]) AS t (kind, key)
                JOIN claims AS h ON h.kind = t.kind AND h.key = t.key
                LIMIT 1
            ) ELSE refuser END;
        END;
        first := last + 1;
        r := r_last + 1;
        c := c_last + 1;
    END LOOP;
END $$;

-- The known-through mark: in a turn of its own, so that no append in flight can fall before it.
CREATE FUNCTION mark_known_through(
    clock_now timestamptz, OUT sequence bigint, OUT instant timestamptz
) LANGUAGE plpgsql AS $$
BEGIN
    SELECT t.base, t.recorded INTO sequence, instant FROM take_turn(clock_now) AS t;
    UPDATE known_through AS k SET instant = mark_known_through.instant;
END $$;
