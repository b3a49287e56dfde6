"""Sequences of leads in an alphabet that collides; what database and model hold after them, in the same terms."""

from __future__ import annotations

from collections import Counter, defaultdict

from hypothesis import strategies as st

from leadhall.intake.batcher import Crossing
from tests.intake.drafts import a_lead
from tests.intake.model import FIELDS, PHONES, Model, reference_key

MOST_STEPS = 30
# Spellings that collide, or nearly: case, ß and ẞ, the three sigmas, é in one piece and in two, İ, Kelvin's sign.
LOCALS = ["dana", "Dana", "DANA ", "da.na", "dana+x", "Straße", "STRASSE", "straẞe", "Σίσυφος", "σίσυφοσ"]
LOCALS += ["é", "e\u0301", "É", "İ", "i", "K", "\u212a", "k"]
DOMAINS = ["Ex.com", "ex.COM"]
EMAILS = st.builds("{}@{}".format, st.sampled_from([each.strip() for each in LOCALS]), st.sampled_from(DOMAINS))
IDS = st.sampled_from(["a", "A", " a ", "é", "e\u0301", "b"])
NAMES = st.sampled_from([None, "Levi", "Cohen"])


def leads_of(emails, ids):
    """Leads of people with these emails and ids."""
    return st.fixed_dictionaries(
        {
            "identifier_type": st.sampled_from(["email", "unique_id"]),
            "email": emails,
            "unique_id": ids,
            "last_name": NAMES,
            "address": NAMES,
            "phone": st.sampled_from([None, *PHONES]),
            "status": st.sampled_from([None, None, "lead", "customer", "loyal", "inactive"]),
            "tags": st.lists(st.sampled_from(["web", "WEB", "hot"]), max_size=2, unique_by=str.lower),
            "second": st.booleans(),
            "may_write": st.booleans(),
        }
    )


def as_sent(drawn):
    """The body of a drawn lead, and whether its token may write clients."""
    sent = {name: value for name, value in drawn.items() if name not in {"second", "may_write"} and value}
    if not drawn["second"]:
        del sent["unique_id" if sent["identifier_type"] == "email" else "email"]
    return {"first_name": "Dana", **sent}, drawn["may_write"]


def titled(leads):
    """Each lead under a title of its own, by which it is found again."""
    return [({**sent, "request_title": f"Lead {n}"}, may_write) for n, (sent, may_write) in enumerate(leads)]


COME = st.lists(leads_of(EMAILS, IDS).map(as_sent), min_size=1, max_size=MOST_STEPS).map(titled)


def arrivals_of(business, leads):
    for sent, may_write in leads:
        yield a_lead(business, may_write=may_write, **({"email": None} | sent))


def without_crossings(arrivals):
    """As the batcher parts them: a lead that meets the batch crosswise begins the next one."""
    batch, crossing = [], Crossing()
    for arrival in arrivals:
        if crossing.with_others(arrival):
            yield batch
            batch, crossing = [], Crossing()
            crossing.with_others(arrival)
        batch.append(arrival)
    yield batch


def modelled(leads, key_of=reference_key):
    model = Model(key_of)
    for sent, may_write in leads:
        model.lead(sent, may_write=may_write)
    return model


def expected(model):
    """What the model holds. People go by their keys, for they may have been made in another order."""
    names = [person.name for person in model.people]
    people = Counter(
        (p.name, *[p.card.get(name) for name in FIELDS], p.status, tuple(sorted(p.tags)), p.email, p.leads)
        for p in model.people
    )
    return {
        "people": people,
        "revisions": {p.name: list(range(1, p.leads + 1)) for p in model.people},
        "suggestions": {(names[who], *what): times for (who, *what), times in model.suggestions.items()},
        "pairs": {frozenset(names[who] for who in pair) for pair in model.pairs},
        "leads": {title: (names[who], contact, made) for title, (who, contact, made) in model.leads.items()},
    }


PEOPLE = """
    select c.*, coalesce((select array_agg(array[k.kind, k.key]) from client_key k
                           where k.business_id = c.business_id and k.client_uid = c.uid), '{}') as keys,
           (select array_agg(m.revision order by m.revision) from message m
             where m.business_id = c.business_id and m.client_uid = c.uid) as revisions
      from client c where business_id = $1"""
LEADS_STORED = """
    select c.title, l.client_uid, l.contact, l.facts -> 'created' as made
      from lead l join conversation c on c.business_id = l.business_id and c.uid = l.conversation_uid
     where l.business_id = $1"""


async def stored(owner, business_id):
    """The business's rows in the same terms."""
    clients = await owner.fetch(PEOPLE, business_id)
    names = {row["uid"]: frozenset(map(tuple, row["keys"])) for row in clients}
    suggestions = await owner.fetch("select * from suggestion where business_id = $1", business_id)
    pairs = await owner.fetch("select a_uid, b_uid from suspected_pair where business_id = $1", business_id)
    leads = await owner.fetch(LEADS_STORED, business_id)
    revisions = defaultdict(list)
    for row in clients:
        revisions[names[row["uid"]]] += row["revisions"]
    return {
        "people": Counter(_person(names[row["uid"]], row) for row in clients),
        "revisions": dict(revisions),
        "suggestions": {(names[row["client_uid"]], row["field"], row["value"]): row["times"] for row in suggestions},
        "pairs": {frozenset((names[row["a_uid"]], names[row["b_uid"]])) for row in pairs},
        "leads": {row["title"]: (names[row["client_uid"]], row["contact"], row["made"]) for row in leads},
    }


def _person(name, row):
    return (
        name,
        *[row[field] for field in FIELDS],
        row["status"],
        tuple(sorted(row["tags"])),
        row["email"],
        row["message_count"],
    )
