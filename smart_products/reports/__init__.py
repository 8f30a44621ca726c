"""Reports: figures of a unit frozen with their publication, rendered once, and sent to whom two people named."""
