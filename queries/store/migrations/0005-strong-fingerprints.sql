-- Of a file: the sums of its rows' digests, or the digest of its bytes; null where neither was made.
ALTER TABLE file_fingerprint ADD COLUMN strong TEXT;
