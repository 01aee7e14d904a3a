SELECT coalesce(max(number_in_hour), 0) AS number
FROM slot
WHERE hour = $hour
