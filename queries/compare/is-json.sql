-- Whether text is a JSON document that starts as it must. The engine's own check lets a comma stand after the last member.
json_valid({{text}}) AND regexp_matches({{text}}, $start)
  AND NOT regexp_matches(regexp_replace({{text}}, '"(?:[^"\\]|\\.)*"', '""', 'g'), ',\s*[\]}]')
