"""What is judged of each quantity, from reading to excursion."""
