"""GS1 keys in every spelling, and the ids of assets, devices and parties."""
