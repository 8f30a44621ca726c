"""Every address of the service, asked by everybody who might ask."""
