-- What this process does when something happens elsewhere, and what became of it.

-- Since when a policy is heard of here, by source: causes that came before are history to it.
CREATE TABLE policies (
    policy       text        NOT NULL,
    source       text        NOT NULL,
    after        bigint      NOT NULL,  -- only causes with a higher sequence
    since        timestamptz NOT NULL,  -- and recorded then or later
    installed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (policy, source)
);

-- One row for each cause (target '') and for each thing that it calls for something at. Rows are
-- never deleted: this is how a cause that comes again is known.
CREATE TABLE policy_effects (
    policy     text        NOT NULL,
    cause      uuid        NOT NULL,  -- the id of the line
    target     text        NOT NULL,
    state      text        NOT NULL DEFAULT 'waiting'
                           CHECK (state IN ('waiting', 'spread', 'done', 'refused')),
    reason     text        NOT NULL DEFAULT '',  -- why it was refused, or what it waits for
    line       text        NOT NULL,  -- the cause
    tries      integer     NOT NULL DEFAULT 0,
    not_before timestamptz NOT NULL DEFAULT now(),
    queued     bigint      GENERATED ALWAYS AS IDENTITY,
    settled_at timestamptz,
    PRIMARY KEY (policy, cause, target)
);
CREATE INDEX policy_effects_waiting ON policy_effects (queued) WHERE state = 'waiting';

-- How far this process's own log was read for its policies.
CREATE TABLE policies_read (
    one_row  boolean PRIMARY KEY DEFAULT true CHECK (one_row),
    sequence bigint  NOT NULL DEFAULT 0
);
INSERT INTO policies_read DEFAULT VALUES;

GRANT SELECT, INSERT ON policies TO commonweal_app;
GRANT SELECT, INSERT ON policy_effects TO commonweal_app;
GRANT UPDATE (state, reason, tries, not_before, settled_at) ON policy_effects TO commonweal_app;
GRANT SELECT, UPDATE ON policies_read TO commonweal_app;
