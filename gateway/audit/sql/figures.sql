-- How large each log was when it was cosigned last, and what stands in the way now.
SELECT coalesce(witnessed.source, looks.source), coalesce(witnessed.size, 0), coalesce(looks.refused, '')
FROM witnessed
FULL JOIN witness_looks AS looks ON looks.source = witnessed.source
ORDER BY 1
