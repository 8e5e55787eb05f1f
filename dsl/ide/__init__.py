"""Questions an editor asks about checked files: completion, hover, definitions, renaming; pure, without a protocol."""
