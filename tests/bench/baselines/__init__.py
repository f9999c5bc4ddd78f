"""Processes that are measured. Each is a module of its own, because what it imports is part of what it costs."""
