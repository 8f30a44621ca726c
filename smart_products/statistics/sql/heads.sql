-- Every client at the close of the days asked for, once a day: the products he stands in, and whether he stood in the
-- slice on that day.
CREATE OR REPLACE TEMP TABLE heads AS
SELECT day, client_id, client_mask AS mask, has_open, is_inside(slice, day) AS inside
FROM :members WHERE is_head AND (client_mask <> 0 OR has_open);

CREATE OR REPLACE TEMP VIEW products AS
SELECT node, mask FROM nodes WHERE node <> :matrix AND node < :families_from;
