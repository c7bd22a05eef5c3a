-- How many of these models lack lines that the journal has.
SELECT count(*)
FROM unnest($1::text[], $2::text[]) AS asked (model, source)
LEFT JOIN read_models AS held USING (model, source)
WHERE coalesce(held.sequence, 0) < coalesce(
    (SELECT max(j.sequence) FROM journal AS j WHERE j.source = asked.source), 0
)
