"""Evidence summaries: found, read and edited. CONTRIBUTING.md has a tour of the rooms."""
