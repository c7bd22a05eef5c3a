-- What foreign lines say of things: the line with the highest sequence has the last word.
INSERT INTO known AS k (kind, id, initiative_id, state, label, source, sequence)
SELECT r.kind, r.id, r.initiative_id, r.state, r.label, $1, r.sequence
FROM unnest($2::text[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::bigint[])
    AS r (kind, id, initiative_id, state, label, sequence)
ON CONFLICT (kind, id) DO UPDATE
SET initiative_id = excluded.initiative_id, state = excluded.state,
    label = coalesce(excluded.label, k.label), sequence = excluded.sequence
WHERE k.source = excluded.source AND k.sequence <= excluded.sequence
