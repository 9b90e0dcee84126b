-- The one clock: what comes first is decided where everything is written, whatever the clocks of other machines say.
-- Milliseconds, as instants of rateplan are.
create function billing_now() returns timestamptz language sql volatile as
$$ select date_trunc('milliseconds', clock_timestamp()) $$;

-- When a date of rateplan begins: an instant, or a civil date in its time zone.
create function instant_of(date text, zone text) returns timestamptz language sql stable as
$$ select case when date like '%T%' then date::timestamptz else date::timestamp at time zone zone end $$;

-- For tables whose rows stay as they were written.
create function refuse_change() returns trigger language plpgsql as
$$ begin raise exception 'rows of % are never changed', tg_table_name using errcode = 'restrict_violation'; end $$;

create table tenants (
  id text primary key,
  name text not null,
  created_at timestamptz not null default billing_now()
);

create table api_keys (
  id text primary key,
  tenant_id text not null references tenants,
  sha256 text not null,
  created_at timestamptz not null default billing_now(),
  revoked_at timestamptz
);
