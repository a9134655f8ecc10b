"""Writers behind one contract of slots; none of them ever writes a value."""
