"""Files of data loggers, read as historical readings; pure: bytes in, values out."""
