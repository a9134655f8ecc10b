"""Damaged input of every kind that reaches the gateway, made from sound input by a seed."""
