"""Benchmarks that anybody can repeat: every rate stands beside a yardstick of the same run."""
