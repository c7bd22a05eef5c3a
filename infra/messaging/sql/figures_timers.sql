-- How many timers of each kind had their effect, or were refused it.
SELECT kind, state, count(*) AS effects FROM timer_effects
GROUP BY kind, state ORDER BY kind, state
