-- What a brain or a job is told by: SHA-256 of the columns that are never changed, laid out in
-- server/store/row_digest.h. NULL in rows from before there were digests.

ALTER TABLE brain ADD COLUMN digest BLOB;
ALTER TABLE job   ADD COLUMN digest BLOB;
