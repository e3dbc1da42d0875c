-- Under row level security an index on lower(x) is not used: lower() is not leakproof, a comparison of columns is.
-- Adding a stored column rewrites its table: on a large one, plan a quiet moment.
DROP INDEX "payment_email";
DROP INDEX "order_number";
DROP INDEX "order_email";
ALTER TABLE "payment" ADD COLUMN "search_email" text GENERATED ALWAYS AS (lower(customer_email)) STORED;
ALTER TABLE "order"
  ADD COLUMN "search_number" text GENERATED ALWAYS AS (lower(display_number)) STORED,
  ADD COLUMN "search_email" text GENERATED ALWAYS AS (lower(customer_email)) STORED;
CREATE INDEX "payment_email" ON "payment" (tenant_id, mode, search_email);
CREATE INDEX "order_number" ON "order" (tenant_id, mode, search_number);
CREATE INDEX "order_email" ON "order" (tenant_id, mode, search_email);
