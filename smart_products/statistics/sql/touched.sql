-- Clients in whom something other than a value changed after :before and by :day: their subscriptions, outlet,
-- channel, tier or accounts. They alone are computed anew, from the intervals.
CREATE OR REPLACE TEMP TABLE touched AS
WITH chosen AS (
  SELECT client_id FROM cut_events WHERE happens > :before AND happens <= :day
  UNION
  SELECT client_id FROM set_tiers
)
SELECT k.client_id, k.slice AS slice_before,
  (p.outlet * 4096 + p.channel) * 8 + coalesce(t.tier, k.slice % 8) AS slice,
  coalesce(i.mask, 0) AS mask, k.client_mask AS mask_before,
  coalesce(i.ever, 0) AS ever, k.ever AS ever_before,
  CAST(coalesce(i.signed, 0) AS SMALLINT) AS signed,
  coalesce(o.has_open, FALSE) AS has_open
FROM accounts_before AS k
JOIN chosen AS c ON c.client_id = k.client_id
JOIN cut_placements AS p ON p.client_id = k.client_id AND p.valid_from <= :day AND p.valid_to > :day
LEFT JOIN set_tiers AS t ON t.client_id = k.client_id
LEFT JOIN (
  SELECT i.client_id,
    CAST(sum(DISTINCT CASE WHEN i.ended > :day THEN i.power ELSE 0 END) AS BIGINT) AS mask,
    CAST(sum(DISTINCT i.power) AS BIGINT) AS ever,
    count(DISTINCT CASE WHEN i.ended > :day THEN i.account_id END) AS signed
  FROM cut_intervals AS i JOIN chosen AS c ON c.client_id = i.client_id
  WHERE i.started <= :day
  GROUP BY i.client_id
) AS i ON i.client_id = k.client_id
LEFT JOIN (
  SELECT a.client_id, max(a.opened_on <= :day AND a.closed_on > :day) AS has_open
  FROM cut_accounts AS a JOIN chosen AS c ON c.client_id = a.client_id
  GROUP BY a.client_id
) AS o ON o.client_id = k.client_id
WHERE k.is_head;
