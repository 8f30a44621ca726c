"""What is measured inside an instance, with Django set up: each module has one `measure(sizes)`."""
