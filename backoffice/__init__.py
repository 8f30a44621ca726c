"""The back office: pages for staff. A thin face without models of its own."""
