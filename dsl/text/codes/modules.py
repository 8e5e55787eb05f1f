"""V2xx: files that use each other, modules, parameters."""
