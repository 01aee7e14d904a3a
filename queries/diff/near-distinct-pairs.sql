SELECT DISTINCT production_nth, shadow_nth FROM near_pairs
