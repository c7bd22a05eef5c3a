-- How many effects of each policy are done, refused or waiting.
SELECT policy, state, count(*) AS effects FROM policy_effects
WHERE state <> 'spread' GROUP BY policy, state ORDER BY policy, state
