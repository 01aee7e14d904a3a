CREATE OR REPLACE TEMP TABLE near_pairs (production_nth INTEGER, shadow_nth INTEGER)
