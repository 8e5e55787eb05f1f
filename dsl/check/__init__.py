"""From syntax trees to a frozen definition: files joined, names resolved, types found, everything lowered."""
