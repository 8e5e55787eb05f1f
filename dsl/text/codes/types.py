"""V4xx: values and expressions of the wrong type."""
