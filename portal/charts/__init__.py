"""Drawings of the portal: from exact fen to the coordinates of an SVG."""
