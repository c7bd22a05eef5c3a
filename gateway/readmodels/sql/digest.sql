-- How many rows a model has, and sums over their content that do not depend on their order.
SELECT
    count(*) AS rows,
    coalesce(sum(('x' || left(hash, 15))::bit(60)::bigint), 0)::text || ':'
    || coalesce(sum(('x' || right(hash, 15))::bit(60)::bigint), 0)::text AS digest
FROM (SELECT md5(held::text) AS hash FROM {table} AS held) AS hashed
