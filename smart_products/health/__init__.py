"""How the service itself stands: feeds, close, queues, disks, calendar, sealed heads, senders. Never writes."""
