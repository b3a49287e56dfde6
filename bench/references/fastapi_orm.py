"""What most would write: FastAPI, pydantic, SQLAlchemy's ORM over asyncpg, uvicorn; one transaction a request."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request
from pydantic import BaseModel, EmailStr
from sqlalchemy import BigInteger, DateTime, Integer, LargeBinary, SmallInteger, Text, select
from sqlalchemy.dialects.postgresql import ARRAY, INET, JSONB
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bench.references.rows import (
    BUSINESS_ID,
    FACTS,
    TOKEN_UID,
    contact_of,
    digits_of,
    mark_of,
    mint,
    outbox_of,
    parts_of,
)

POOL = 16
engine = create_async_engine(
    os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+asyncpg://", 1),
    pool_size=POOL,
    max_overflow=0,
    connect_args={"server_settings": {"search_path": "leadhall"}},
)
make_session = async_sessionmaker(engine, expire_on_commit=False)


def now() -> datetime:
    return datetime.now(UTC)


class Base(DeclarativeBase):
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        str: Text,
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[dict[str, Any]]: JSONB,
        list[str]: ARRAY(Text),
        bytes: LargeBinary,
    }
    business_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=BUSINESS_ID)


class ClientKey(Base):
    __tablename__ = "client_key"
    kind: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    client_uid: Mapped[str]


class Client(Base):
    __tablename__ = "client"
    uid: Mapped[str] = mapped_column(primary_key=True, default=mint)
    first_name: Mapped[str | None]
    last_name: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    phone_e164: Mapped[str | None]
    address: Mapped[str | None]
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict)
    status: Mapped[str] = mapped_column(default="lead")
    tags: Mapped[list[str]]
    source: Mapped[str | None]
    source_url: Mapped[str | None]
    revision: Mapped[int] = mapped_column(BigInteger, default=1)
    message_count: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)


class Conversation(Base):
    __tablename__ = "conversation"
    uid: Mapped[str] = mapped_column(primary_key=True, default=mint)
    client_uid: Mapped[str]
    title: Mapped[str]
    source: Mapped[str | None]
    source_url: Mapped[str | None]
    business_unread: Mapped[int] = mapped_column(Integer, default=1)
    last_client_action: Mapped[str | None] = mapped_column(default="message")
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)


class Message(Base):
    __tablename__ = "message"
    conversation_uid: Mapped[str] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(primary_key=True, default=mint)
    client_uid: Mapped[str]
    revision: Mapped[int] = mapped_column(BigInteger)
    direction: Mapped[str] = mapped_column(default="client_to_business")
    kind: Mapped[str] = mapped_column(default="api")
    parts: Mapped[list[dict[str, Any]]]
    created_at: Mapped[datetime] = mapped_column(default=now)


class LeadRow(Base):
    __tablename__ = "lead"
    conversation_uid: Mapped[str] = mapped_column(primary_key=True)
    client_uid: Mapped[str]
    message_uid: Mapped[str]
    request_uid: Mapped[str]
    token_uid: Mapped[str] = mapped_column(default=TOKEN_UID)
    operation: Mapped[str] = mapped_column(default="leadgen")
    verdict: Mapped[str] = mapped_column(default="accepted")
    contact: Mapped[dict[str, Any]]
    facts: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(default=now)


class Outbox(Base):
    __tablename__ = "outbox"
    uid: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(default="lead")
    facts: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=now)
    due_at: Mapped[datetime] = mapped_column(default=now)


class RequestLog(Base):
    __tablename__ = "request_log"
    uid: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True, default=now)
    token_uid: Mapped[str] = mapped_column(default=TOKEN_UID)
    operation: Mapped[str] = mapped_column(default="leadgen")
    status: Mapped[int] = mapped_column(SmallInteger, default=201)
    verdict: Mapped[str] = mapped_column(default="accepted")
    lead_uid: Mapped[str | None]
    user_agent: Mapped[str | None]
    ip: Mapped[str | None] = mapped_column(INET)
    duration_us: Mapped[int | None]
    content_type: Mapped[str | None] = mapped_column(default="application/json")
    body: Mapped[bytes]
    email_mark: Mapped[bytes]
    phone_mark: Mapped[bytes]


class Leadgen(BaseModel):
    identifier_type: str
    email: EmailStr
    first_name: str
    last_name: str | None = None
    phone: str | None = None
    address: str | None = None
    request_title: str
    request_data: dict[str, str] = {}
    message_data: dict[str, str] = {}
    system_message: str | None = None
    source: str | None = None
    source_url: str | None = None
    tags: str = ""
    notifications: str = ""


class LeadgenReply(BaseModel):
    status: str = "OK"
    uid: str
    conversation_uid: str
    request_id: str


async def session() -> AsyncIterator[AsyncSession]:
    async with make_session() as made:
        yield made


app = FastAPI()


@app.post("/platform/v1/leadgen", status_code=201)
async def create_lead(asked: Leadgen, request: Request, db: Annotated[AsyncSession, Depends(session)]) -> LeadgenReply:
    values = asked.model_dump()
    client = await find_or_make_client(db, asked)
    conversation = Conversation(
        client_uid=client.uid, title=asked.request_title, source=asked.source, source_url=asked.source_url
    )
    db.add(conversation)
    await db.flush()
    message = Message(
        conversation_uid=conversation.uid, client_uid=client.uid, revision=client.message_count, parts=parts_of(values)
    )
    db.add(message)
    await db.flush()
    request_id = mint()
    db.add(
        LeadRow(
            conversation_uid=conversation.uid,
            client_uid=client.uid,
            message_uid=message.uid,
            request_uid=request_id,
            contact=contact_of(values, client.phone_e164 or ""),
            facts=FACTS,
        )
    )
    db.add(Outbox(uid=conversation.uid, facts=outbox_of(client.uid, values)))
    db.add(
        RequestLog(
            uid=request_id,
            lead_uid=conversation.uid,
            user_agent="bench",
            ip=request.client.host if request.client else None,
            duration_us=250,
            body=await request.body(),
            email_mark=mark_of(asked.email),
            phone_mark=mark_of(client.phone_e164 or ""),
        )
    )
    await db.commit()
    return LeadgenReply(uid=client.uid, conversation_uid=conversation.uid, request_id=request_id)


async def find_or_make_client(db: AsyncSession, asked: Leadgen) -> Client:
    key = asked.email.strip().lower()
    found = await db.scalar(
        select(Client)
        .join(ClientKey, (ClientKey.business_id == Client.business_id) & (ClientKey.client_uid == Client.uid))
        .where(ClientKey.business_id == BUSINESS_ID, ClientKey.kind == "email", ClientKey.key == key)
    )
    if found:
        found.message_count += 1
        return found
    client = Client(
        **asked.model_dump(include={"first_name", "last_name", "email", "phone", "address", "source", "source_url"}),
        phone_e164=digits_of(asked.phone or ""),
        tags=[tag.strip() for tag in asked.tags.split(",")],
        message_count=1,
    )
    db.add(client)
    await db.flush()
    db.add(ClientKey(kind="email", key=key, client_uid=client.uid))
    return client
