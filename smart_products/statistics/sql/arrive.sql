-- Accounts that arrive after :before and by :day join the state, without value, mask or tier of their own.
INSERT INTO accounts_before (account_id, client_id, source, mask, slice, signed, value, flow, status)
SELECT a.account_id, a.client_id, a.source, 0, coalesce(k.slice, (p.outlet * 4096 + p.channel) * 8), 0, 0, 0, 0
FROM cut_accounts AS a
JOIN cut_placements AS p ON p.client_id = a.client_id AND p.valid_from <= :day AND p.valid_to > :day
LEFT JOIN (
  SELECT client_id, max(slice) AS slice FROM accounts_before
  WHERE client_id IN (SELECT client_id FROM cut_accounts WHERE arrives > :before AND arrives <= :day)
  GROUP BY client_id
) AS k ON k.client_id = a.client_id
WHERE a.arrives > :before AND a.arrives <= :day
ORDER BY a.account_id;
