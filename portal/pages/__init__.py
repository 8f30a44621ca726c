"""What the pages of the portal say: from exact answers of the domain to words and numbers as text."""
