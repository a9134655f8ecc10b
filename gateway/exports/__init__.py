"""Documents for others: what a shipment's condition looks like in their formats."""
