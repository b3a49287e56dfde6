"""What Leadhall is measured against. Frozen: a change here makes older results incomparable."""
