"""The book of clients: who there is, one client's card, and what two of them that are one person become."""

from leadhall.web.console.clients import book, card, merging, person

OPERATIONS = (*book.OPERATIONS, *card.OPERATIONS, *merging.OPERATIONS, *person.OPERATIONS)
