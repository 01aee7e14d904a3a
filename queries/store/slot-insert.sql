INSERT INTO slot (id, hour, state, number_in_hour, claimed_token)
VALUES ($id, $hour, 'claimed', $number_in_hour, $token)
