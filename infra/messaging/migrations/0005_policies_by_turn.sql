-- Whose turn it is: those that were put off are passed over without being read.
DROP INDEX policy_effects_waiting;
CREATE INDEX policy_effects_turn ON policy_effects (not_before, queued) WHERE state = 'waiting';
