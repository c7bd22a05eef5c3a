#!/bin/sh
# Run once, when the server's volume is new: two roles, and a database for each process.
# The owner migrates; the app role may only do what the migrations grant it.
set -eu
psql --set ON_ERROR_STOP=1 --no-psqlrc --username "${POSTGRES_USER:-postgres}" --dbname postgres \
  --set owner="$COMMONWEAL_OWNER_PASSWORD" --set app="$COMMONWEAL_APP_PASSWORD" <<'SQL'
CREATE ROLE commonweal_owner LOGIN PASSWORD :'owner';
CREATE ROLE commonweal_app LOGIN PASSWORD :'app';
CREATE DATABASE commonweal_agenda OWNER commonweal_owner;
CREATE DATABASE commonweal_measurement OWNER commonweal_owner;
CREATE DATABASE commonweal_activities OWNER commonweal_owner;
CREATE DATABASE commonweal_gateway OWNER commonweal_owner;
SQL
