-- The names of the dimensions of an indicator's series.
SELECT DISTINCT name
FROM (
    SELECT DISTINCT dimensions FROM observations_1 WHERE indicator_id = $1 AND sequence <= $2
) AS strata, json_object_keys(strata.dimensions::json) AS name
ORDER BY name
