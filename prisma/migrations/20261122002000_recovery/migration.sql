-- CreateTable
CREATE TABLE "replay" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "mode" TEXT NOT NULL,
    "filter" JSONB NOT NULL,
    "dry_run" BOOLEAN NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'queued',
    "actor_kind" TEXT NOT NULL,
    "actor_id" TEXT,
    "position" JSONB,
    "found" INTEGER NOT NULL DEFAULT 0,
    "folded" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,
    "difference" JSONB NOT NULL,
    "problems" JSONB NOT NULL DEFAULT '[]',
    "error" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "lease_until" TIMESTAMPTZ(3),
    "lease_epoch" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "replay_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateIndex
CREATE INDEX "replay_page" ON "replay"("tenant_id", "mode", "created_at" DESC, "id" DESC);

ALTER TABLE "replay" ADD CONSTRAINT "replay_mode_check" CHECK (mode IN ('live', 'test'));
ALTER TABLE "replay" ADD CONSTRAINT "replay_state_check" CHECK (state IN ('queued', 'running', 'done', 'failed', 'canceled'));
CREATE INDEX "replay_due" ON "replay" (due_at) WHERE state IN ('queued', 'running');

ALTER TABLE "replay" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "replay" FORCE ROW LEVEL SECURITY;
CREATE POLICY one_tenant ON "replay" TO matchbook_app USING (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
CREATE POLICY all_tenants ON "replay" TO matchbook_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON "replay" TO matchbook_app;
GRANT SELECT, INSERT, UPDATE ON "replay" TO matchbook_worker;

-- Requests to Stripe whose answer we do not have, and effects that were not carried out: what recovery looks for.
CREATE INDEX "outbound_request_open" ON "outbound_request" (sent_at) WHERE state IN ('sent', 'unanswered');
CREATE INDEX "effect_skipped" ON "effect" (tenant_id, order_id) WHERE state = 'skipped';
