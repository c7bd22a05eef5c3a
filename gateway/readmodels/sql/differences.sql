-- Of the lines within a cut: how many rows the living table lacks, and how many it should not have.
WITH live AS (
    SELECT * FROM {table}
    WHERE sequence <= CASE source WHEN 'agenda' THEN $1::bigint WHEN 'measurement' THEN $2::bigint ELSE $3::bigint END
),
built AS (
    SELECT * FROM beside.{table}
    WHERE sequence <= CASE source WHEN 'agenda' THEN $1::bigint WHEN 'measurement' THEN $2::bigint ELSE $3::bigint END
)
SELECT
    (SELECT count(*) FROM (SELECT * FROM built EXCEPT ALL SELECT * FROM live) AS lacking) AS missing,
    (SELECT count(*) FROM (SELECT * FROM live EXCEPT ALL SELECT * FROM built) AS beyond) AS surplus
