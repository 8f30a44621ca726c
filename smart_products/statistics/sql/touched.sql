-- Clients in whom something other than a value changed after :before and by :day: their subscriptions,
-- outlet, channel, tier or accounts. They alone are computed anew, from the intervals.
CREATE OR REPLACE TEMP TABLE touched_intervals AS
SELECT i.*
FROM cut_intervals AS i
JOIN (
  SELECT client_id FROM cut_events WHERE happens > :before AND happens <= :day
  UNION
  SELECT client_id FROM set_tiers
) AS c ON c.client_id = i.client_id
WHERE i.started <= :day;

CREATE OR REPLACE TEMP TABLE touched AS
SELECT k.client_id, k.slice_before,
  (p.outlet * 4096 + p.channel) * 8 + coalesce(t.tier, k.slice_before % 8) AS slice,
  coalesce(i.mask, 0) AS mask, coalesce(i.mask_before, 0) AS mask_before,
  coalesce(i.ever, 0) AS ever, coalesce(i.ever_before, 0) AS ever_before,
  CAST(coalesce(i.signed, 0) AS SMALLINT) AS signed,
  k.open_now, k.open_before
FROM (
  SELECT b.client_id, max(b.slice) AS slice_before,
    max(CASE WHEN a.opened_on <= :day AND a.closed_on > :day THEN 1 ELSE 0 END) AS open_now,
    max(CASE WHEN a.opened_on <= :before AND a.closed_on > :before THEN 1 ELSE 0 END) AS open_before
  FROM accounts_before AS b
  JOIN (
    SELECT client_id FROM cut_events WHERE happens > :before AND happens <= :day
    UNION
    SELECT client_id FROM set_tiers
  ) AS c ON c.client_id = b.client_id
  JOIN cut_accounts AS a ON a.account_id = b.account_id
  GROUP BY b.client_id
) AS k
JOIN cut_placements AS p ON p.client_id = k.client_id AND p.valid_from <= :day AND p.valid_to > :day
LEFT JOIN set_tiers AS t ON t.client_id = k.client_id
LEFT JOIN (
  SELECT client_id,
    CAST(sum(DISTINCT CASE WHEN ended > :day THEN power ELSE 0 END) AS BIGINT) AS mask,
    CAST(sum(DISTINCT CASE WHEN started <= :before AND ended > :before THEN power ELSE 0 END) AS BIGINT) AS mask_before,
    CAST(sum(DISTINCT power) AS BIGINT) AS ever,
    CAST(sum(DISTINCT CASE WHEN started <= :before THEN power ELSE 0 END) AS BIGINT) AS ever_before,
    count(DISTINCT CASE WHEN ended > :day THEN account_id END) AS signed
  FROM touched_intervals GROUP BY client_id
) AS i ON i.client_id = k.client_id;
