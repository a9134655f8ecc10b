"""The reviewed sentences by section; `phrases` holds their rules and joins them."""
