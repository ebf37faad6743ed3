"""Many scenarios: what is varied, in which order it is computed, and what it says."""
