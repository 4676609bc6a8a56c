"""Several summaries side by side: what decides between them, whether it would work here, and the paper that takes it away."""
