-- The lines of all sources in the order in which they were recorded, without sorting them.
CREATE INDEX journal_merged ON journal (recordedtime, source, sequence);
