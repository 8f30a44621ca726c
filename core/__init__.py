"""Clock, calendar, money, audit, jobs: what every room stands on. Knows nothing of the business."""
