"""The pages of clients: the list, one client in facts and in what happened, tests that expire."""
