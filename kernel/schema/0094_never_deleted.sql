-- A record goes on being written and never goes; nor does a file, its bytes or where it belongs: revisions and signatures
-- name them by their digest. What a change took away from a record says so (attachment.ended_at) and stays.
never deleted record;
never deleted attachment;
never deleted file;
never deleted file_chunk;
