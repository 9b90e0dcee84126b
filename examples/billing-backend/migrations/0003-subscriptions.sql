create table customers (
  tenant_id text not null references tenants,
  id text not null,
  -- Up to when documents of the customer know events: what is stored from now on is received later, whatever the clock says.
  known_at timestamptz not null default '-infinity',
  primary key (tenant_id, id)
);

create table subscriptions (
  tenant_id text not null,
  id text not null,
  customer_id text not null,
  subscription json not null,
  -- When it, or its last change, was recorded.
  recorded_at timestamptz not null,
  -- From when on something may be due; null when nothing can be any more. An index of billers, never a reason to bill.
  due_at timestamptz,
  -- Why the last biller could not write what was due.
  issues json not null default '[]',
  primary key (tenant_id, id),
  foreign key (tenant_id, customer_id) references customers
);

create index subscriptions_due on subscriptions (due_at);

create index subscriptions_of_customer on subscriptions (tenant_id, customer_id);

create table subscription_changes (
  tenant_id text not null,
  subscription_id text not null,
  number integer not null,
  change json not null,
  recorded_at timestamptz not null,
  primary key (tenant_id, subscription_id, number),
  foreign key (tenant_id, subscription_id) references subscriptions
);

create trigger immutable before update or delete on subscription_changes
  for each statement execute function refuse_change();
