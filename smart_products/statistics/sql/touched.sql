-- Clients in whom something other than a value or a tier changes on a day of the batch: their subscriptions, outlet,
-- channel or accounts. They alone are computed anew, from the intervals; all other clients stay as they were.
CREATE TABLE batch_events AS
SELECT DISTINCT d.idx, d.day, e.client_id
FROM cut_events AS e
JOIN batch AS d ON e.happens > d.before AND e.happens <= d.day;

CREATE OR REPLACE TEMP TABLE batch_intervals AS
SELECT e.idx, i.client_id, i.account_id, i.power, i.ended > e.day AS in_force
FROM batch_events AS e
JOIN cut_intervals AS i ON i.client_id = e.client_id AND i.started <= e.day;

CREATE OR REPLACE TEMP TABLE batch_clients AS
SELECT e.idx, e.day, e.client_id, CAST(p.outlet AS BIGINT) * 4096 + p.channel AS place,
  coalesce(i.mask, 0) AS client_mask, coalesce(i.ever, 0) AS ever, CAST(coalesce(i.signed, 0) AS SMALLINT) AS signed,
  coalesce(o.has_open, FALSE) AS has_open
FROM batch_events AS e
JOIN cut_placements AS p ON p.client_id = e.client_id AND p.valid_from <= e.day AND p.valid_to > e.day
LEFT JOIN (
  SELECT idx, client_id,
    CAST(sum(DISTINCT CASE WHEN in_force THEN power ELSE 0 END) AS BIGINT) AS mask,
    CAST(sum(DISTINCT power) AS BIGINT) AS ever,
    count(DISTINCT CASE WHEN in_force THEN account_id END) AS signed
  FROM batch_intervals GROUP BY idx, client_id
) AS i ON i.idx = e.idx AND i.client_id = e.client_id
LEFT JOIN (
  SELECT e.idx, a.client_id, max(a.opened_on <= e.day AND a.closed_on > e.day) AS has_open
  FROM batch_events AS e JOIN cut_accounts AS a ON a.client_id = e.client_id
  GROUP BY e.idx, a.client_id
) AS o ON o.idx = e.idx AND o.client_id = e.client_id;

CREATE OR REPLACE TEMP TABLE batch_accounts AS
SELECT c.idx, a.account_id, a.closed_on <= c.day AS closed, coalesce(m.mask, 0) AS mask
FROM batch_clients AS c
JOIN cut_accounts AS a ON a.client_id = c.client_id
LEFT JOIN (
  SELECT idx, account_id, CAST(sum(DISTINCT CASE WHEN in_force THEN power ELSE 0 END) AS BIGINT) AS mask
  FROM batch_intervals GROUP BY idx, account_id
) AS m ON m.idx = c.idx AND m.account_id = a.account_id;

-- Accounts join the state on their day, without value, mask or tier of their own.
CREATE OR REPLACE TEMP TABLE batch_arrivals AS
SELECT a.account_id, a.client_id, a.source, d.idx
FROM cut_accounts AS a
JOIN batch AS d ON a.arrives > d.before AND a.arrives <= d.day
SEMI JOIN cut_placements AS p ON p.client_id = a.client_id;

-- Clients who signed before any fact of theirs was known.
CREATE TABLE unknown_clients AS
SELECT client_id FROM accounts_before WHERE is_head AND slice % 8 = 0 AND ever <> 0;
