"""The views of the back office: each reads the address, makes one call of the domain, and draws a page."""
