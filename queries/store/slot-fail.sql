UPDATE slot
SET
  failed_tries = failed_tries + 1,
  trouble = $trouble,
  state = iif(failed_tries + 1 >= $tries_max, 'failed', 'claimed')
WHERE id = $id AND state = 'claimed'
RETURNING state
