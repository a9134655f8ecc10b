"""Wording of reports: a process that drafts, and all that keeps it from hurting the gateway."""
