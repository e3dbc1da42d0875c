-- AlterTable
ALTER TABLE "connection" ADD COLUMN     "account_as_of" TIMESTAMPTZ(3),
ADD COLUMN     "charges_enabled" BOOLEAN,
ADD COLUMN     "disabled_reason" TEXT,
ADD COLUMN     "payouts_enabled" BOOLEAN;
-- AlterTable
ALTER TABLE "inbox_lease" ADD COLUMN     "served_at" TIMESTAMPTZ(3);
-- CreateTable
CREATE TABLE "payout" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "mode" TEXT NOT NULL,
    "connection_id" UUID NOT NULL,
    "stripe_id" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "automatic" BOOLEAN NOT NULL,
    "method" TEXT,
    "type" TEXT,
    "arrival_date" TIMESTAMPTZ(3),
    "description" TEXT,
    "statement_descriptor" TEXT,
    "balance_transaction_id" TEXT,
    "failure_balance_transaction_id" TEXT,
    "failure_code" TEXT,
    "failure_message" TEXT,
    "original_payout_id" TEXT,
    "reversed_by_id" TEXT,
    "reconciliation_status" TEXT NOT NULL,
    "trace_id_status" TEXT,
    "trace_id" TEXT,
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "snapshot_at" TIMESTAMPTZ(3),
    "read_as_of" TIMESTAMPTZ(3),
    "inbox_bucket" INTEGER NOT NULL,
    "inbox_id" UUID NOT NULL,
    CONSTRAINT "payout_pkey" PRIMARY KEY ("tenant_id","id")
);
-- CreateIndex
CREATE INDEX "payout_page" ON "payout"("tenant_id", "mode", "created_at" DESC, "id" DESC);
-- CreateIndex
CREATE UNIQUE INDEX "payout_tenant_id_connection_id_stripe_id_key" ON "payout"("tenant_id", "connection_id", "stripe_id");
-- AddForeignKey
ALTER TABLE "payout" ADD CONSTRAINT "payout_tenant_id_connection_id_mode_fkey" FOREIGN KEY ("tenant_id", "connection_id", "mode") REFERENCES "connection"("tenant_id", "id", "mode") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- One connection's backlog leaves room for the others: what is pending is found per account, not only per bucket.
CREATE INDEX "inbox_event_waiting" ON "inbox_event" (bucket, scope, id) WHERE state = 'pending';
DROP INDEX "inbox_event_pending";

ALTER TABLE "payout" ADD CONSTRAINT "payout_mode_check" CHECK (mode IN ('test', 'live'));

ALTER TABLE "payout" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "payout" FORCE ROW LEVEL SECURITY;
CREATE POLICY one_tenant ON "payout" TO matchbook_app USING (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
CREATE POLICY all_tenants ON "payout" TO matchbook_worker USING (true) WITH CHECK (true);
GRANT SELECT ON "payout" TO matchbook_app;
GRANT SELECT, INSERT, UPDATE ON "payout" TO matchbook_worker;
