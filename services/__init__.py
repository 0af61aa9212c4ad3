"""What people do: one desk per file, one method per deed, over ports."""
