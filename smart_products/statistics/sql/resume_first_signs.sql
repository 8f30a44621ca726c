-- Who of the first signings is in force at the close of :day.
UPDATE first_signs SET is_retained = TRUE
FROM nodes AS n, cut_intervals AS i
WHERE first_signs.node = n.node AND i.client_id = first_signs.client_id AND (i.power & n.mask) <> 0
  AND i.started <= :day AND i.ended > :day;
