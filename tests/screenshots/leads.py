"""Who writes to the business of the pictures."""

from __future__ import annotations

from typing import Any

LEADS: tuple[dict[str, Any], ...] = (
    {
        "email": "maya.cohen@example.com",
        "first_name": "Maya",
        "last_name": "Cohen",
        "phone": "+1 415 555 0132",
        "request_title": "New kitchen in Sausalito",
        "source": "Google Ads",
        "source_url": "https://harbour-kitchens.example/kitchens",
        "tags": "kitchen, high budget",
        "system_message": "Came from the kitchen planner. Open the plan: https://planner.example.com/p/83712",
        "request_data": {"Project": "Kitchen", "Budget": "$45,000", "Preferred date": "2026-12-14"},
        "message_data": {
            "Message": "We are redoing the ground floor and would love oak fronts with a stone worktop. Could somebody "
            "come by next week? Some ideas: https://boards.example/991"
        },
        "notifications": "email, auto-reply",
        "opt_in_transactional_sms": True,
    },
    {
        "email": "tom@example.com",
        "first_name": "Tom",
        "last_name": "Berger",
        "request_title": "Worktop only",
        "source": "Website",
        "message_data": {"Message": "Just the worktop, 3.2 m, quartz. What would that cost?"},
    },
    {
        "email": "li.na@example.com",
        "first_name": "Na",
        "last_name": "Li",
        "request_title": "Bathroom cabinets",
        "source": "Instagram",
        "tags": "bathroom",
        "message_data": {"Message": "Saw your oak series. Do you do bathrooms too?"},
    },
    {
        "email": "noa.levi@example.com",
        "first_name": "Noa",
        "last_name": "Levi",
        "request_title": "שיפוץ מטבח",
        "source": "Website",
        "message_data": {"Message": "שלום, אשמח להצעת מחיר למטבח חדש עם אי במרכז."},
    },
    {
        "email": "sam.okafor@example.com",
        "first_name": "Sam",
        "last_name": "Okafor",
        "phone": "+1 415 555 0171",
        "request_title": "Quote for three flats",
        "source": "Website",
        "tags": "developer, high budget, urgent",
        "message_data": {
            "Message": "Three identical kitchens for a small building on Pine Street. Who is the person to talk to?"
        },
    },
    {
        "email": "priya.n@example.com",
        "first_name": "Priya",
        "last_name": "Natarajan",
        "request_title": "Pantry with a sliding ladder, and a breakfast corner that fits a bay window of 2.4 m",
        "source": "Google Ads",
        "tags": "pantry",
        "message_data": {"Message": "The old pantry is 1.1 m deep. Can shelves run to the ceiling?"},
    },
    {
        "email": "jonas@example.de",
        "first_name": "Jonas",
        "last_name": "Weidenfeller",
        "request_title": "Küchenplanung Altbau",
        "source": "Instagram",
        "message_data": {"Message": "Wir ziehen im März um und suchen jemanden für Planung und Einbau."},
    },
    {
        "email": "carmen@example.es",
        "first_name": "Carmen",
        "last_name": "Ruiz",
        "phone": "+34 612 345 678",
        "request_title": "Visit on Saturday?",
        "source": "Website",
        "message_data": {"Message": "We are in town on Saturday and would like to see the showroom."},
    },
    {
        "email": "ella.brandt@example.com",
        "first_name": "Ella",
        "last_name": "Brandt",
        "request_title": "Repair of a drawer",
        "source": "Phone",
        "status": "customer",
        "message_data": {"Message": "The wide drawer under the oven does not close any more."},
    },
)
"""In the order they came: the first waits longest."""
LATER: tuple[dict[str, Any], ...] = (
    {
        "email": "maya.cohen@example.com",
        "first_name": "Maya",
        "last_name": "Cohen-Levin",
        "phone": "+1 415 555 0188",
        "request_title": "Also the utility room",
        "source": "Website",
        "message_data": {"Message": "One more thing: could the utility room have the same fronts?"},
    },
    {
        "email": "s.okafor@work.example",
        "first_name": "Samuel",
        "last_name": "Okafor",
        "phone": "+1 415 555 0171",
        "request_title": "Pine Street",
        "source": "Phone",
        "message_data": {"Message": "I wrote about three flats, this is my address at work."},
    },
)
"""From people who are known: with a suggestion, and with a number that another has."""
REFUSED: tuple[dict[str, Any], ...] = (
    {"email": "anna@example.com", "request_title": "Call me back", "message_data": {"Message": "Evenings are best."}},
)
"""What waits to be completed."""
