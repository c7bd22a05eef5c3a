-- How many rows the living table lacks, and how many it should not have.
SELECT
    (SELECT count(*) FROM (SELECT * FROM built_{table} EXCEPT ALL SELECT * FROM {table}) AS lacking) AS missing,
    (SELECT count(*) FROM (SELECT * FROM {table} EXCEPT ALL SELECT * FROM built_{table}) AS beyond) AS surplus
