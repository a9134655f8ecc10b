"""What one product class may endure: a policy file, checked and made into integer limits."""
