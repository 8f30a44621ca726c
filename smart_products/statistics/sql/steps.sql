-- Steps of counts and of first-sign retention.
-- `epoch` names the structure of units in which a slice lies: today's for counts, that of the first signing for tenure.
CREATE OR REPLACE TEMP TABLE steps AS
SELECT day, node, slice, :epoch AS epoch, accounts, funded,
  first_time - passing + reactivated - lapsed + moved_clients AS retained, 0 AS on_books, 0 AS first_clients,
  0 AS first_retained, 0 AS first_started, 0 AS observable, 0 AS retained_180
FROM terms
UNION ALL
SELECT c.day, n.node, c.slice, :epoch, 0, 0, 1, 0, 0, 0, 0, 0, 0
FROM day_clients AS c
JOIN batch AS d ON d.day = c.day AND d.opening
JOIN nodes AS n ON (n.mask & c.mask) <> 0
UNION ALL
SELECT day, 0, slice, :epoch, 0, 0, 0, step, 0, 0, 0, 0, 0 FROM day_books
UNION ALL
SELECT day, node, slice, epoch, 0, 0, 0, 0, first_clients, first_retained, first_started, observable, retained_180
FROM tenure_steps;
