-- Read once by `postgres --single -j` while a new cluster has no socket yet: each statement ends at a blank line.
-- The login has none of its roles' rights until it takes one (noinherit): a session that forgets to take its
-- role is refused, rather than passing row-level security as the owner.

create role leadhall_owner nologin;

create role leadhall_app nologin;

create role leadhall_intake nologin;

create role leadhall_worker nologin;

create role leadhall login noinherit;

grant leadhall_owner, leadhall_app, leadhall_intake, leadhall_worker to leadhall;

create database leadhall owner leadhall_owner template template0;

grant create on database leadhall to leadhall;

