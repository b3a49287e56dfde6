"""The embedded PostgreSQL: found, made, started, watched, shared, backed up and upgraded.

Read in this order: `place` (which folder), `binaries` (whose programs), `account` (which
user), `cluster` (one data folder and its postmaster), `running` (several users of one
cluster), `supervisor` (what `leadhall serve` holds), then `backup`, `restore`, `upgrade`.

Linux only: what runs is read from /proc. Nothing here speaks TCP; no connection is trusted
without asking the kernel who is at the other end (peer).
"""
