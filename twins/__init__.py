"""The pure core: what a shipment's sensor readings and handovers say about its condition.

Nothing in this folder reads a clock, a file, a socket or a random source; times and ids are
arguments, values are frozen, numbers are integers in fixed units.
"""
