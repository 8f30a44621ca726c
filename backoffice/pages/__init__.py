"""What a page says, made from what the domain answered: no request, no template, no table."""
