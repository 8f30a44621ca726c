"""The views of the portal: each asks the domain for one client and draws the answer."""
