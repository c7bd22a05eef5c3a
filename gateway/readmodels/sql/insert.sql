-- A few rows of a model, where a COPY would cost more than it saves.
INSERT INTO {table} ({columns}) VALUES ({places})
