-- How many rows a model has of the lines within a cut, and sums over their content that do not
-- depend on their order.
SELECT
    count(*) AS rows,
    coalesce(sum(('x' || left(hash, 15))::bit(60)::bigint), 0)::text || ':'
    || coalesce(sum(('x' || right(hash, 15))::bit(60)::bigint), 0)::text AS digest
FROM (
    SELECT md5(held::text) AS hash
    FROM {table} AS held
    WHERE sequence <= CASE source WHEN 'agenda' THEN $1::bigint WHEN 'measurement' THEN $2::bigint ELSE $3::bigint END
) AS hashed
