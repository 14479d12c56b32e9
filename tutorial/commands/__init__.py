"""What the command `tutorial` can do: a module a command."""
