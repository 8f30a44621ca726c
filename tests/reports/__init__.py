"""Reports: what they hold, who gets them, and how they are drawn."""
