-- Touched clients with slices that name a tier. In :opening everybody is touched and nobody was there before.
CREATE OR REPLACE TEMP TABLE heads AS
SELECT client_id, mask, CASE WHEN :opening THEN 0 ELSE mask_before END AS mask_before, ever, ever_before,
  open_now, open_before,
  slice + CASE WHEN slice % 8 = 0 THEN 1 ELSE 0 END AS slice,
  slice_before + CASE WHEN slice_before % 8 = 0 THEN 1 ELSE 0 END AS slice_before
FROM touched;
