"""Events told to the systems of those who asked: endpoints, signing, what is told, and the one way out to them."""
