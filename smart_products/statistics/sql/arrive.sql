-- Accounts that arrive after :before and by :day join the state, without value, mask or tier of their own.
-- The first account of a client is its head: it stands for the client where clients are counted.
INSERT INTO accounts_before
  (account_id, client_id, source, mask, client_mask, ever, slice, signed, is_head, has_open, value, flow, status)
SELECT a.account_id, a.client_id, a.source, 0, coalesce(k.client_mask, 0), coalesce(k.ever, 0),
  coalesce(k.slice, (p.outlet * 4096 + p.channel) * 8), coalesce(k.signed, 0),
  k.client_id IS NULL AND row_number() OVER (PARTITION BY a.client_id ORDER BY a.account_id) = 1,
  coalesce(k.has_open, FALSE), 0, 0, 0
FROM cut_accounts AS a
JOIN cut_placements AS p ON p.client_id = a.client_id AND p.valid_from <= :day AND p.valid_to > :day
LEFT JOIN (
  SELECT * FROM accounts_before
  WHERE is_head AND client_id IN (SELECT client_id FROM cut_accounts WHERE arrives > :before AND arrives <= :day)
) AS k ON k.client_id = a.client_id
WHERE a.arrives > :before AND a.arrives <= :day
ORDER BY a.account_id;
