"""Notices that apps and directories define, and send to members of the staff."""
