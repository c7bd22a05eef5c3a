-- Since when a policy hears a fact here: causes that came before are history to it. By fact, because
-- a policy that is old in a house may begin to hear another one. What was written by source is let
-- go: policies begin anew where the inbox stands, and what was taken down before stays taken down.
DROP TABLE policies;
CREATE TABLE policies (
    policy       text        NOT NULL,
    fact         text        NOT NULL,
    after        bigint      NOT NULL,  -- only causes with a higher sequence
    since        timestamptz NOT NULL,  -- and recorded then or later
    installed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (policy, fact)
);
GRANT SELECT, INSERT ON policies TO commonweal_app;
