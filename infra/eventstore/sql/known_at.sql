-- The last sequence recorded by an instant. Sequences have no gap and recordedtime never decreases
-- along them, so halving finds it in some 20 looks by primary key, and no append pays for an index.
WITH RECURSIVE halves (low, high) AS (
    SELECT 0::bigint, coalesce(max(sequence), 0) FROM events
    UNION ALL
    SELECT CASE WHEN e.recordedtime <= $1 THEN e.sequence ELSE h.low END,
           CASE WHEN e.recordedtime <= $1 THEN h.high ELSE e.sequence - 1 END
    FROM halves AS h
    JOIN events AS e ON e.sequence = (h.low + h.high + 1) / 2
    WHERE h.low < h.high
)
SELECT low FROM halves WHERE low = high
