"""The status page and its JSON: server-rendered, live by server-sent events."""
