"""platform/v1 and its siblings: what callers send and what they are answered.

Rooms as the domain has them; a file is called as the path it answers, its shapes stand in `*_types` beside it. What
every room of this door needs lies here: who calls, what was given, how reads, writes, pages and refusals go.
"""
