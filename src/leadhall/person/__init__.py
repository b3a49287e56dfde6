"""What concerns one person in several rooms: two clients made one and parted, put away, given out, erased."""
