-- How far the journal has come, for some sources.
SELECT source, coalesce((SELECT max(j.sequence) FROM journal AS j WHERE j.source = asked.source), 0) AS sequence
FROM unnest($1::text[]) AS asked (source)
