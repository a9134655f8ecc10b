"""Where an asset is: fixes, areas, the planned way, and what positions show."""
