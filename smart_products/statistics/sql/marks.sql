-- One number for all that happens in the cut between two fact days, so that a change of any of it is seen.
-- What lies after the last fact day belongs to no day. `shape` stands for the structure of units on the day, `structure`
-- for all that it was since the day before, of the outlets in which a client has stood by then: a new outlet closes no
-- earlier day again.
CREATE OR REPLACE TEMP TABLE events_marked AS
SELECT happens, bit_xor(mark) AS mark
FROM (
  SELECT started AS happens, hash('s', client_id, account_id, power, started) AS mark FROM cut_intervals
  UNION ALL
  SELECT ended, hash('e', client_id, account_id, power, started, ended, reason) FROM cut_intervals
  WHERE ended < DATE '9999-12-31'
  UNION ALL
  SELECT valid_from, hash('p', client_id, valid_from, outlet, channel) FROM cut_placements
  WHERE valid_from > DATE '0001-01-01'
  UNION ALL
  SELECT a.arrives, hash('a', a.account_id, a.client_id, a.source, a.arrives, p.outlet, p.channel)
  FROM cut_accounts AS a
  JOIN cut_placements AS p ON p.client_id = a.client_id AND p.valid_from = DATE '0001-01-01'
  UNION ALL
  SELECT opened_on, hash('o', account_id, client_id, opened_on) FROM cut_accounts
  UNION ALL
  SELECT closed_on, hash('c', account_id, client_id, closed_on) FROM cut_accounts
  WHERE closed_on < DATE '9999-12-31'
) AS events
GROUP BY happens;

-- Of the nodes a day sees the products that anybody has signed by then; a newer product changes no earlier day.
CREATE OR REPLACE TEMP TABLE day_nodes AS
SELECT d.day, bit_xor(hash(n.node, n.mask & d.signed)) AS mark
FROM (
  SELECT f.day, CAST(sum(p.power) AS BIGINT) AS signed
  FROM fact_days AS f
  JOIN (SELECT power, min(started) AS started FROM cut_intervals GROUP BY power) AS p ON p.started <= f.day
  GROUP BY f.day
) AS d
JOIN nodes AS n ON (n.mask & d.signed) <> 0
GROUP BY d.day;

CREATE OR REPLACE TEMP TABLE used_outlets AS
SELECT p.outlet, min(greatest(p.valid_from, a.arrives)) AS since
FROM cut_placements AS p
JOIN (SELECT client_id, min(arrives) AS arrives FROM cut_accounts GROUP BY client_id) AS a
  ON a.client_id = p.client_id AND p.valid_to > a.arrives
GROUP BY p.outlet;

CREATE OR REPLACE TEMP TABLE day_marks AS
SELECT f.day, xor(coalesce(m.mark, 0), coalesce(n.mark, 0)) AS mark, coalesce(u.structure, 0) AS structure, e.shape
FROM fact_days AS f
LEFT JOIN (
  SELECT day, bit_xor(mark) AS mark FROM (
    SELECT e.mark, min(f.day) AS day
    FROM events_marked AS e JOIN fact_days AS f ON f.day >= e.happens
    GROUP BY e.happens, e.mark
  ) AS placed GROUP BY day
) AS m ON m.day = f.day
LEFT JOIN (
  SELECT f.day, bit_xor(hash(e.outlet, e.ancestor)) AS shape
  FROM fact_days AS f JOIN edges AS e ON e.valid_from <= f.day AND e.valid_to > f.day
  GROUP BY f.day
) AS e ON e.day = f.day
LEFT JOIN (
  SELECT f.day, bit_xor(hash(e.outlet, e.ancestor, CASE WHEN e.valid_from > f.before THEN e.valid_from END,
    CASE WHEN e.valid_to <= f.day THEN e.valid_to END)) AS structure
  FROM fact_days AS f
  JOIN edges AS e ON e.valid_from <= f.day AND e.valid_to > f.before + 1
  JOIN used_outlets AS u ON u.outlet = e.outlet AND u.since <= f.day
  GROUP BY f.day
) AS u ON u.day = f.day
LEFT JOIN day_nodes AS n ON n.day = f.day;
