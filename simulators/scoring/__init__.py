"""How well the twin's verdicts agree with the truth, over many seeded shipments.

`world` is what truly happens, `sensing` what sensors make of it, `labels` what a policy ought to
find in the truth. The labels share no code with the twin.
"""
