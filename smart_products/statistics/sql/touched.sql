-- Clients in whom something other than a value or a tier changes on a day of the batch: their subscriptions, outlet,
-- channel or accounts. They alone are computed anew, from the intervals; all other clients stay as they were.
CREATE OR REPLACE TEMP TABLE batch_events AS
SELECT DISTINCT d.day, e.client_id
FROM cut_events AS e
JOIN batch AS d ON e.happens > d.before AND e.happens <= d.day;

CREATE OR REPLACE TEMP TABLE batch_intervals AS
SELECT e.day, i.client_id, i.account_id, i.power, i.ended > e.day AS in_force
FROM batch_events AS e
JOIN cut_intervals AS i ON i.client_id = e.client_id AND i.started <= e.day;

CREATE OR REPLACE TEMP TABLE batch_clients AS
SELECT e.day, e.client_id, p.outlet * 4096 + p.channel AS place, coalesce(i.mask, 0) AS client_mask,
  coalesce(i.ever, 0) AS ever, CAST(coalesce(i.signed, 0) AS SMALLINT) AS signed, coalesce(o.has_open, FALSE) AS has_open
FROM batch_events AS e
JOIN cut_placements AS p ON p.client_id = e.client_id AND p.valid_from <= e.day AND p.valid_to > e.day
LEFT JOIN (
  SELECT day, client_id,
    CAST(sum(DISTINCT CASE WHEN in_force THEN power ELSE 0 END) AS BIGINT) AS mask,
    CAST(sum(DISTINCT power) AS BIGINT) AS ever,
    count(DISTINCT CASE WHEN in_force THEN account_id END) AS signed
  FROM batch_intervals GROUP BY day, client_id
) AS i ON i.day = e.day AND i.client_id = e.client_id
LEFT JOIN (
  SELECT e.day, a.client_id, max(a.opened_on <= e.day AND a.closed_on > e.day) AS has_open
  FROM batch_events AS e JOIN cut_accounts AS a ON a.client_id = e.client_id
  GROUP BY e.day, a.client_id
) AS o ON o.day = e.day AND o.client_id = e.client_id;

CREATE OR REPLACE TEMP TABLE batch_accounts AS
SELECT c.day, a.account_id, c.place, c.client_mask, c.ever, c.signed, c.has_open,
  a.closed_on <= c.day AS closed, coalesce(m.mask, 0) AS mask
FROM batch_clients AS c
JOIN cut_accounts AS a ON a.client_id = c.client_id
LEFT JOIN (
  SELECT day, account_id, CAST(sum(DISTINCT CASE WHEN in_force THEN power ELSE 0 END) AS BIGINT) AS mask
  FROM batch_intervals GROUP BY day, account_id
) AS m ON m.day = c.day AND m.account_id = a.account_id
ORDER BY c.day;
