"""The API, asked as a partner's program asks it."""
