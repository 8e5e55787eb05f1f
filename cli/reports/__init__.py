"""Reports on the way out: as text with bars, JSON, CSV, XLSX, HTML and pictures."""
