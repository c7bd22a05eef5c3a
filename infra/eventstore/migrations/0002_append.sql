-- Group commit: what several requests offer is checked and written in one call, one transaction.
--
-- The lock is exclusive and held to the end of the transaction, so sequence n + 1 is only written
-- once n is committed (also from several processes), and every check below is free of races.
-- A request that must be refused is left out; its neighbours are written.
CREATE FUNCTION append_lines(
    clock_now        timestamptz,
    -- one element a request; a null key means that the request carries none
    clients          text[],
    keys             text[],
    digests          bytea[],
    statuses         integer[],
    headers          text[],
    answers          bytea[],
    -- one element a line, in order; `line_request` is the place of its request, from 1
    line_request     integer[],
    stream_ids       uuid[],
    stream_versions  integer[],
    initiative_ids   uuid[],
    heads            text[],
    middles          text[],
    tails            text[],
    -- one element a claim that is taken, and one a claim that is given back
    claim_request    integer[],
    claim_kinds      text[],
    claim_keys       text[],
    claim_holders    uuid[],
    release_request  integer[],
    release_kinds    text[],
    release_keys     text[],
    OUT base         bigint,
    OUT recorded     timestamptz,
    OUT outcomes     text[]
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    refused record;
    stamp   text;
BEGIN
    PERFORM pg_advisory_xact_lock(7305801);
    SELECT e.sequence, e.recordedtime INTO base, recorded
    FROM events AS e ORDER BY e.sequence DESC LIMIT 1;
    base := coalesce(base, 0);
    recorded := greatest(clock_now, recorded, (SELECT k.instant FROM known_through AS k));
    outcomes := array_fill('written'::text, ARRAY[cardinality(keys)]);

    FOR refused IN
        SELECT line.request FROM (
            SELECT l.request, l.stream_id, l.stream_version,
                   row_number() OVER (PARTITION BY l.stream_id, l.stream_version ORDER BY l.place) AS nth
            FROM unnest(line_request, stream_ids, stream_versions)
                WITH ORDINALITY AS l (request, stream_id, stream_version, place)
        ) AS line
        WHERE line.nth > 1 OR EXISTS (
            SELECT FROM events AS e
            WHERE e.stream_id = line.stream_id AND e.stream_version = line.stream_version)
    LOOP
        outcomes[refused.request] := 'conflict';
    END LOOP;

    IF cardinality(claim_request) > 0 THEN
        FOR refused IN
            SELECT claim.request, claim.kind, claim.key,
                   (SELECT h.holder FROM claims AS h
                    WHERE h.kind = claim.kind AND h.key = claim.key) AS holder
            FROM (
                SELECT c.request, c.kind, c.key,
                       row_number() OVER (PARTITION BY c.kind, c.key ORDER BY c.place) AS nth
                FROM unnest(claim_request, claim_kinds, claim_keys)
                    WITH ORDINALITY AS c (request, kind, key, place)
            ) AS claim
            WHERE claim.nth > 1 OR EXISTS (
                SELECT FROM claims AS h
                WHERE h.kind = claim.kind AND h.key = claim.key AND NOT EXISTS (
                    SELECT FROM unnest(release_request, release_kinds, release_keys)
                        AS r (request, kind, key)
                    WHERE (r.request, r.kind, r.key) = (claim.request, claim.kind, claim.key)))
        LOOP
            -- A neighbour in this very call has it: try again, and be told by whom.
            IF refused.holder IS NULL THEN
                outcomes[refused.request] := 'conflict';
            ELSIF outcomes[refused.request] = 'written' THEN
                outcomes[refused.request] :=
                    format('claimed %s %s %s', refused.holder, refused.kind, refused.key);
            END IF;
        END LOOP;
    END IF;

    FOR refused IN
        SELECT offered.place::integer AS request
        FROM unnest(clients, keys) WITH ORDINALITY AS offered (client, key, place)
        JOIN idempotency AS known ON known.client = offered.client AND known.key = offered.key
    LOOP
        outcomes[refused.request] := 'answered';
    END LOOP;

    IF cardinality(release_request) > 0 THEN
        DELETE FROM claims AS h
        USING unnest(release_request, release_kinds, release_keys) AS r (request, kind, key)
        WHERE h.kind = r.kind AND h.key = r.key AND outcomes[r.request] = 'written';
    END IF;
    IF cardinality(claim_request) > 0 THEN
        INSERT INTO claims (kind, key, holder)
        SELECT c.kind, c.key, c.holder
        FROM unnest(claim_request, claim_kinds, claim_keys, claim_holders)
            AS c (request, kind, key, holder)
        WHERE outcomes[c.request] = 'written';
    END IF;

    stamp := to_char(recorded AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
    WITH numbered AS MATERIALIZED (
        SELECT l.*, base + row_number() OVER (ORDER BY l.place) AS sequence
        FROM unnest(line_request, stream_ids, stream_versions, initiative_ids, heads, middles, tails)
            WITH ORDINALITY
            AS l (request, stream_id, stream_version, initiative_id, head, middle, tail, place)
        WHERE outcomes[l.request] = 'written'
    ), written AS (
        INSERT INTO events (sequence, stream_id, stream_version, initiative_id, recordedtime, line)
        SELECT n.sequence, n.stream_id, n.stream_version, n.initiative_id, recorded,
               n.head || stamp || n.middle || lpad(n.sequence::text, 20, '0') || n.tail
        FROM numbered AS n
    )
    INSERT INTO idempotency
        (client, key, body_sha256, first_sequence, last_sequence, status, headers, answer)
    SELECT o.client, o.key, o.digest, span.first_sequence, span.last_sequence,
           o.status, o.headers, o.answer
    FROM unnest(clients, keys, digests, statuses, headers, answers)
        WITH ORDINALITY AS o (client, key, digest, status, headers, answer, place)
    JOIN (
        SELECT n.request, min(n.sequence) AS first_sequence, max(n.sequence) AS last_sequence
        FROM numbered AS n GROUP BY n.request
    ) AS span ON span.request = o.place
    WHERE o.key IS NOT NULL;
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
