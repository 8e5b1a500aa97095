"""The server as a process among others: what it is started with, what is sent to it, what it left on the disk."""
