-- Claims are paged in the order of their keys' bytes, whatever the order of words in this database.
ALTER TABLE claims ALTER COLUMN key TYPE text COLLATE "C";
