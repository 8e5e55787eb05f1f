"""V6xx: mail, message and document templates."""
