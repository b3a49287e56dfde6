"""Leads in: the hot route, its odd shapes and styles, a dry run, a run once more, and a lead as it was filed."""
