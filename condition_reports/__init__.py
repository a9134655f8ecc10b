"""Words for a condition: facts, plan, writers, and a verifier that reads every sentence back."""
