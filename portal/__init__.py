"""The portal: pages for clients, phone first. A thin face without models of its own."""
