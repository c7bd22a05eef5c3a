-- Group commit: what several requests offer is written in one call, one transaction.
--
-- The lock is exclusive and held to the end of the transaction, so sequence n + 1 is only written
-- once n is committed, also from several processes, and a reader that follows `sequence` never skips.

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
    -- where the lines of each request end, counted from the first line of all
    line_ends       integer[],
    line_counts     integer[],
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
DECLARE
    stamp text := to_char(recorded AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
BEGIN
    INSERT INTO idempotency
        (client, key, body_sha256, first_sequence, last_sequence, status, headers, answer)
    SELECT o.client, o.key, o.digest, base + o.line_end - o.line_count + 1, base + o.line_end,
           o.status, o.header, o.answer
    FROM unnest(clients, keys, digests, statuses, headers, answers, line_ends, line_counts)
        AS o (client, key, digest, status, header, answer, line_end, line_count)
    WHERE o.key IS NOT NULL;

    INSERT INTO events (sequence, stream_id, stream_version, initiative_id, recordedtime, line)
    SELECT base + l.place, l.stream_id, l.stream_version, l.initiative_id, recorded,
           l.head || stamp || l.middle || lpad((base + l.place)::text, 20, '0') || l.tail
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
-- each one 'written', or the table that refused it. Nearly always nothing is refused, so all of it
-- is tried at once; else one request after the other, so that each is judged by what stands then.
CREATE FUNCTION append_offers(
    clock_now       timestamptz,
    clients         text[],
    keys            text[],
    digests         bytea[],
    statuses        smallint[],
    headers         text[],
    answers         bytea[],
    line_ends       integer[],
    line_counts     integer[],
    release_ends    integer[],
    claim_ends      integer[],
    stream_ids      uuid[],
    stream_versions integer[],
    initiative_ids  uuid[],
    heads           text[],
    middles         text[],
    tails           text[],
    release_kinds   text[],
    release_keys    text[],
    claim_kinds     text[],
    claim_keys      text[],
    claim_holders   uuid[],
    OUT base        bigint,
    OUT recorded    timestamptz,
    OUT outcomes    text[]  -- null where all are written
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    count   integer := cardinality(keys);
    place   integer;
    written bigint := 0;
    l       integer;  -- the first of the request's lines, and so on
    r       integer;
    c       integer;
    refuser text;
BEGIN
    PERFORM pg_advisory_xact_lock(7305801);
    SELECT e.sequence, greatest(clock_now, e.recordedtime) INTO base, recorded
    FROM events AS e ORDER BY e.sequence DESC LIMIT 1;
    base := coalesce(base, 0);
    recorded := (SELECT greatest(clock_now, recorded, k.instant) FROM known_through AS k);
    BEGIN
        PERFORM write_offers(
            base, recorded, clients, keys, digests, statuses, headers, answers,
            line_ends, line_counts,
            stream_ids, stream_versions, initiative_ids, heads, middles, tails,
            release_kinds, release_keys, claim_kinds, claim_keys, claim_holders);
        RETURN;
    EXCEPTION WHEN unique_violation THEN
        outcomes := array_fill('written'::text, ARRAY[count]);
    END;
    FOR place IN 1 .. count LOOP
        l := line_ends[place] - line_counts[place] + 1;
        r := CASE place WHEN 1 THEN 1 ELSE release_ends[place - 1] + 1 END;
        c := CASE place WHEN 1 THEN 1 ELSE claim_ends[place - 1] + 1 END;
        BEGIN
            PERFORM write_offers(
                base + written, recorded, clients[place:place], keys[place:place],
                digests[place:place], statuses[place:place], headers[place:place],
                answers[place:place], line_counts[place:place], line_counts[place:place],
                stream_ids[l:line_ends[place]], stream_versions[l:line_ends[place]],
                initiative_ids[l:line_ends[place]], heads[l:line_ends[place]],
                middles[l:line_ends[place]], tails[l:line_ends[place]],
                release_kinds[r:release_ends[place]], release_keys[r:release_ends[place]],
                claim_kinds[c:claim_ends[place]], claim_keys[c:claim_ends[place]],
                claim_holders[c:claim_ends[place]]);
            written := written + line_counts[place];
        EXCEPTION WHEN unique_violation THEN
            GET STACKED DIAGNOSTICS refuser = TABLE_NAME;
            outcomes[place] := refuser;
        END;
    END LOOP;
END $$;

-- The known-through mark: under the same lock, so that no append in flight can fall before it.
CREATE FUNCTION mark_known_through(
    clock_now timestamptz, OUT sequence bigint, OUT instant timestamptz
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    PERFORM pg_advisory_xact_lock(7305801);
    SELECT e.sequence, e.recordedtime INTO sequence, instant
    FROM events AS e ORDER BY e.sequence DESC LIMIT 1;
    sequence := coalesce(sequence, 0);
    UPDATE known_through AS k SET instant = greatest(k.instant, clock_now, mark_known_through.instant)
    RETURNING k.instant INTO instant;
END $$;
