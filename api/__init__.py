"""The API: what partners and the house's own programs read and do, versioned and scoped as the pages are."""
