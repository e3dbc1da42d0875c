-- The first house: every area that an order's payment touches.
-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "checkout_attempt" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "mode" TEXT NOT NULL,
    "store_id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "state" TEXT NOT NULL,
    "reason" TEXT,
    "amount" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "order_revision" INTEGER NOT NULL,
    "generation" INTEGER NOT NULL DEFAULT 1,
    "session_id" TEXT,
    "client_secret_sealed" TEXT,
    "session_status" TEXT,
    "session_payment_status" TEXT,
    "session_expires_at" TIMESTAMPTZ(3),
    "session_as_of" TIMESTAMPTZ(3),
    "payment_intent_id" TEXT,
    "pay_token_hash" BYTEA NOT NULL,
    "return_url" TEXT,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "opened_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "checkout_attempt_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "outbound_request" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "mode" TEXT NOT NULL,
    "connection_id" UUID NOT NULL,
    "attempt_id" UUID,
    "operation" TEXT NOT NULL,
    "generation" INTEGER NOT NULL,
    "idempotency_key" TEXT NOT NULL,
    "params_hash" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "http_status" INTEGER,
    "request_id" TEXT,
    "reply" JSONB,
    "error" TEXT,
    "sent_at" TIMESTAMPTZ(3) NOT NULL,
    "answered_at" TIMESTAMPTZ(3),

    CONSTRAINT "outbound_request_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "store" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "mode" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "platform" TEXT NOT NULL,
    "connection_id" UUID NOT NULL,
    "currency" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL,
    "hosts" TEXT[],
    "state" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "store_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "store_connection" (
    "tenant_id" UUID NOT NULL,
    "store_id" UUID NOT NULL,
    "base_url" TEXT NOT NULL,
    "credentials_sealed" TEXT NOT NULL,
    "webhook_token_hash" BYTEA,
    "webhook_secret_sealed" TEXT,
    "write_back" BOOLEAN NOT NULL,
    "sync_from" TIMESTAMPTZ(3),
    "last_sync_at" TIMESTAMPTZ(3),
    "last_webhook_at" TIMESTAMPTZ(3),
    "next_sync_at" TIMESTAMPTZ(3),
    "last_error" TEXT,
    "last_error_at" TIMESTAMPTZ(3),
    "failures_in_a_row" INTEGER NOT NULL DEFAULT 0,
    "paused_until" TIMESTAMPTZ(3),

    CONSTRAINT "store_connection_pkey" PRIMARY KEY ("tenant_id","store_id")
);

-- CreateTable
CREATE TABLE "order" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "store_id" UUID NOT NULL,
    "mode" TEXT NOT NULL,
    "external_id" TEXT NOT NULL,
    "display_number" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "total" BIGINT,
    "total_text" TEXT NOT NULL,
    "problem" TEXT,
    "customer_name" TEXT,
    "customer_email" TEXT,
    "payment_method" TEXT,
    "placed_at" TIMESTAMPTZ(3),
    "paid_at" TIMESTAMPTZ(3),
    "modified_at" TIMESTAMPTZ(3),
    "deleted_at" TIMESTAMPTZ(3),
    "revision" INTEGER NOT NULL,
    "content_hash" TEXT NOT NULL,
    "read_at" TIMESTAMPTZ(3) NOT NULL,
    "payment_state" TEXT NOT NULL DEFAULT 'unpaid',
    "matched_amount" BIGINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "order_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "order_line" (
    "tenant_id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "external_id" TEXT,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "sku" TEXT,
    "quantity" TEXT NOT NULL,
    "total" BIGINT,
    "total_text" TEXT NOT NULL,

    CONSTRAINT "order_line_pkey" PRIMARY KEY ("tenant_id","order_id","position")
);

-- CreateTable
CREATE TABLE "order_revision" (
    "tenant_id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "revision" INTEGER NOT NULL,
    "content_hash" TEXT NOT NULL,
    "snapshot" JSONB NOT NULL,
    "cause" TEXT NOT NULL,
    "read_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "order_revision_pkey" PRIMARY KEY ("tenant_id","order_id","revision")
);

-- CreateTable
CREATE TABLE "order_payment_claim" (
    "tenant_id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "reference" TEXT NOT NULL,
    "gateway" TEXT,
    "paid_at" TIMESTAMPTZ(3),
    "revision" INTEGER NOT NULL,
    "read_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "order_payment_claim_pkey" PRIMARY KEY ("tenant_id","order_id","reference")
);

-- CreateTable
CREATE TABLE "connection" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "mode" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "country" TEXT NOT NULL,
    "default_currency" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "publishable_key" TEXT,
    "keys_sealed" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "connection_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "stripe_account" (
    "account_id" TEXT NOT NULL,
    "mode" TEXT NOT NULL,
    "tenant_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,

    CONSTRAINT "stripe_account_pkey" PRIMARY KEY ("account_id","mode")
);

-- CreateTable
CREATE TABLE "webhook_endpoint" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "mode" TEXT NOT NULL,
    "account_id" TEXT,
    "secrets_sealed" TEXT[],
    "api_version" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "stripe_endpoint_id" TEXT,
    "state" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_received_at" TIMESTAMPTZ(3),
    "last_rejected_at" TIMESTAMPTZ(3),
    "last_rejection" TEXT,
    "rejected_count" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "webhook_endpoint_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "inbox_event" (
    "bucket" INTEGER NOT NULL,
    "id" UUID NOT NULL,
    "scope" TEXT NOT NULL,
    "event_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "endpoint_id" TEXT,
    "mode" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "object_id" TEXT,
    "api_version" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "as_of" TIMESTAMPTZ(3),
    "body" BYTEA NOT NULL,
    "body_sha256" BYTEA NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "tenant_id" UUID,
    "connection_id" UUID,
    "state" TEXT NOT NULL DEFAULT 'pending',
    "reason" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "processed_at" TIMESTAMPTZ(3),
    "duplicate_count" INTEGER NOT NULL DEFAULT 0,
    "last_duplicate_at" TIMESTAMPTZ(3),
    "alarm" JSONB,

    CONSTRAINT "inbox_event_pkey" PRIMARY KEY ("bucket","id")
);

-- CreateTable
CREATE TABLE "inbox_lease" (
    "bucket" INTEGER NOT NULL,
    "epoch" BIGINT NOT NULL DEFAULT 0,
    "owner" TEXT,
    "lease_until" TIMESTAMPTZ(3),

    CONSTRAINT "inbox_lease_pkey" PRIMARY KEY ("bucket")
);

-- CreateTable
CREATE TABLE "object_read" (
    "tenant_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "object_id" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "wanted_at" TIMESTAMPTZ(3) NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "lease_until" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "last_error" TEXT,

    CONSTRAINT "object_read_pkey" PRIMARY KEY ("tenant_id","connection_id","object_id")
);

-- CreateTable
CREATE TABLE "worker_heartbeat" (
    "worker" TEXT NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "worker_heartbeat_pkey" PRIMARY KEY ("worker")
);

-- CreateTable
CREATE TABLE "balance_transaction" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "mode" TEXT NOT NULL,
    "connection_id" UUID NOT NULL,
    "stripe_id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "reporting_category" TEXT NOT NULL,
    "balance_type" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    "fee" BIGINT NOT NULL,
    "net" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "exchange_rate" TEXT,
    "source_id" TEXT,
    "description" TEXT,
    "status" TEXT NOT NULL,
    "available_on" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "inbox_bucket" INTEGER NOT NULL,
    "inbox_id" UUID NOT NULL,

    CONSTRAINT "balance_transaction_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "fee_detail" (
    "tenant_id" UUID NOT NULL,
    "balance_transaction_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "type" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "application" TEXT,
    "description" TEXT,

    CONSTRAINT "fee_detail_pkey" PRIMARY KEY ("tenant_id","balance_transaction_id","position")
);

-- CreateTable
CREATE TABLE "sync_cursor" (
    "tenant_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "position" TEXT,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "lease_until" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "last_run_at" TIMESTAMPTZ(3),
    "last_error" TEXT,

    CONSTRAINT "sync_cursor_pkey" PRIMARY KEY ("tenant_id","connection_id","kind")
);

-- CreateTable
CREATE TABLE "match" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "mode" TEXT NOT NULL,
    "payment_id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "amount" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "rule" TEXT NOT NULL,
    "confidence" INTEGER NOT NULL,
    "evidence" JSONB NOT NULL,
    "order_revision" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by" TEXT NOT NULL,
    "undone_at" TIMESTAMPTZ(3),
    "undone_by" TEXT,
    "undo_reason" TEXT,

    CONSTRAINT "match_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "reconciliation" (
    "tenant_id" UUID NOT NULL,
    "payment_id" UUID NOT NULL,
    "mode" TEXT NOT NULL,
    "word" TEXT NOT NULL,
    "order_hop" TEXT NOT NULL,
    "order_rule" TEXT,
    "order_evidence" JSONB,
    "order_hop_at" TIMESTAMPTZ(3),
    "store_hop" TEXT NOT NULL,
    "store_rule" TEXT,
    "store_evidence" JSONB,
    "store_hop_at" TIMESTAMPTZ(3),
    "balance_hop" TEXT NOT NULL,
    "balance_rule" TEXT,
    "balance_evidence" JSONB,
    "balance_hop_at" TIMESTAMPTZ(3),
    "payout_hop" TEXT NOT NULL,
    "payout_rule" TEXT,
    "payout_evidence" JSONB,
    "payout_hop_at" TIMESTAMPTZ(3),
    "bank_hop" TEXT NOT NULL,
    "bank_rule" TEXT,
    "bank_evidence" JSONB,
    "bank_hop_at" TIMESTAMPTZ(3),
    "store_id" UUID,
    "attempt_id" UUID,
    "order_id" UUID,
    "order_external_id" TEXT,
    "order_display_number" TEXT,
    "order_summary" JSONB,
    "stripe_ids" JSONB NOT NULL,
    "event_ids" TEXT[],
    "first_webhook_at" TIMESTAMPTZ(3),
    "last_webhook_at" TIMESTAMPTZ(3),
    "reconciled_at" TIMESTAMPTZ(3),
    "retry_count" INTEGER NOT NULL DEFAULT 0,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "reconciliation_pkey" PRIMARY KEY ("tenant_id","payment_id")
);

-- CreateTable
CREATE TABLE "exception" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "mode" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "subject_kind" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "payment_id" UUID,
    "order_id" UUID,
    "store_id" UUID,
    "amount_at_risk" BIGINT,
    "currency" TEXT,
    "detail" JSONB NOT NULL,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "closed_at" TIMESTAMPTZ(3),
    "close_reason" TEXT,

    CONSTRAINT "exception_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "effect" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "mode" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "store_id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "payment_id" UUID,
    "payload" JSONB NOT NULL,
    "state" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "lease_until" TIMESTAMPTZ(3),
    "lease_epoch" INTEGER NOT NULL DEFAULT 0,
    "receipt" JSONB,
    "last_error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "done_at" TIMESTAMPTZ(3),

    CONSTRAINT "effect_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "export_batch" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "mode" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "filters" JSONB NOT NULL,
    "row_count" INTEGER,
    "totals" JSONB,
    "sha256" TEXT,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "export_batch_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "payment" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "mode" TEXT NOT NULL,
    "connection_id" UUID NOT NULL,
    "stripe_id" TEXT NOT NULL,
    "origin" TEXT NOT NULL,
    "attempt_id" UUID,
    "store_id" UUID,
    "status" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    "amount_capturable" BIGINT NOT NULL DEFAULT 0,
    "amount_captured" BIGINT NOT NULL DEFAULT 0,
    "amount_refunded" BIGINT NOT NULL DEFAULT 0,
    "amount_disputed" BIGINT NOT NULL DEFAULT 0,
    "fee_state" TEXT NOT NULL DEFAULT 'pending',
    "fee" BIGINT,
    "net" BIGINT,
    "settlement_currency" TEXT,
    "latest_charge_id" TEXT,
    "payment_method_type" TEXT,
    "card_brand" TEXT,
    "card_last4" TEXT,
    "customer_email" TEXT,
    "description" TEXT,
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "last_error" JSONB,
    "next_action_type" TEXT,
    "attribution" TEXT NOT NULL DEFAULT 'none',
    "expired" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "succeeded_at" TIMESTAMPTZ(3),
    "canceled_at" TIMESTAMPTZ(3),
    "snapshot_at" TIMESTAMPTZ(3),
    "read_as_of" TIMESTAMPTZ(3),
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "payment_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "charge" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "mode" TEXT NOT NULL,
    "connection_id" UUID NOT NULL,
    "stripe_id" TEXT NOT NULL,
    "payment_id" UUID NOT NULL,
    "status" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "captured" BOOLEAN NOT NULL DEFAULT false,
    "amount_captured" BIGINT NOT NULL DEFAULT 0,
    "amount_refunded_reported" BIGINT NOT NULL DEFAULT 0,
    "balance_transaction_id" TEXT,
    "failure_balance_transaction_id" TEXT,
    "failure_code" TEXT,
    "failure_message" TEXT,
    "outcome" JSONB,
    "payment_method_type" TEXT,
    "card_brand" TEXT,
    "card_last4" TEXT,
    "card_country" TEXT,
    "customer_email" TEXT,
    "expired" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "snapshot_at" TIMESTAMPTZ(3),
    "read_as_of" TIMESTAMPTZ(3),

    CONSTRAINT "charge_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "payment_transition" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "payment_id" UUID NOT NULL,
    "inbox_bucket" INTEGER NOT NULL,
    "inbox_id" UUID NOT NULL,
    "event_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "object_id" TEXT NOT NULL,
    "changes" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "payment_transition_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "refund" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "mode" TEXT NOT NULL,
    "connection_id" UUID NOT NULL,
    "stripe_id" TEXT NOT NULL,
    "payment_id" UUID NOT NULL,
    "charge_id" TEXT,
    "status" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "reason" TEXT,
    "failure_reason" TEXT,
    "pending_reason" TEXT,
    "balance_transaction_id" TEXT,
    "failure_balance_transaction_id" TEXT,
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "snapshot_at" TIMESTAMPTZ(3),
    "read_as_of" TIMESTAMPTZ(3),

    CONSTRAINT "refund_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "dispute" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "mode" TEXT NOT NULL,
    "connection_id" UUID NOT NULL,
    "stripe_id" TEXT NOT NULL,
    "payment_id" UUID NOT NULL,
    "charge_id" TEXT,
    "status" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "reason" TEXT,
    "due_by" TIMESTAMPTZ(3),
    "has_evidence" BOOLEAN NOT NULL DEFAULT false,
    "past_due" BOOLEAN NOT NULL DEFAULT false,
    "submission_count" INTEGER NOT NULL DEFAULT 0,
    "legs" TEXT[],
    "funds_withdrawn" BOOLEAN NOT NULL DEFAULT false,
    "funds_reinstated" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "snapshot_at" TIMESTAMPTZ(3),
    "read_as_of" TIMESTAMPTZ(3),

    CONSTRAINT "dispute_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "tenant" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "tenant_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "user" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "password_hash" TEXT NOT NULL,
    "disabled_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "session" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),
    "user_agent" TEXT,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "membership" (
    "tenant_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "role" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "membership_pkey" PRIMARY KEY ("tenant_id","user_id")
);

-- CreateTable
CREATE TABLE "sign_in_throttle" (
    "key" TEXT NOT NULL,
    "failures" INTEGER NOT NULL,
    "window_from" TIMESTAMPTZ(3) NOT NULL,
    "blocked_until" TIMESTAMPTZ(3),

    CONSTRAINT "sign_in_throttle_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "api_key" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "mode" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "secret_hash" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "api_request" (
    "tenant_id" UUID NOT NULL,
    "api_key_id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "params_hash" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "http_status" INTEGER,
    "reply" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "answered_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_request_pkey" PRIMARY KEY ("tenant_id","api_key_id","key")
);

-- CreateTable
CREATE TABLE "activity" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "actor_kind" TEXT NOT NULL,
    "actor_id" TEXT,
    "action" TEXT NOT NULL,
    "subject_kind" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "detail" JSONB NOT NULL,

    CONSTRAINT "activity_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateIndex
CREATE INDEX "checkout_attempt_tenant_id_order_id_created_at_idx" ON "checkout_attempt"("tenant_id", "order_id", "created_at");

-- CreateIndex
CREATE INDEX "checkout_attempt_tenant_id_state_created_at_idx" ON "checkout_attempt"("tenant_id", "state", "created_at");

-- CreateIndex
CREATE INDEX "checkout_attempt_tenant_id_connection_id_payment_intent_id_idx" ON "checkout_attempt"("tenant_id", "connection_id", "payment_intent_id");

-- CreateIndex
CREATE UNIQUE INDEX "checkout_attempt_tenant_id_id_mode_key" ON "checkout_attempt"("tenant_id", "id", "mode");

-- CreateIndex
CREATE UNIQUE INDEX "checkout_attempt_tenant_id_connection_id_session_id_key" ON "checkout_attempt"("tenant_id", "connection_id", "session_id");

-- CreateIndex
CREATE INDEX "outbound_request_tenant_id_attempt_id_idx" ON "outbound_request"("tenant_id", "attempt_id");

-- CreateIndex
CREATE UNIQUE INDEX "outbound_request_tenant_id_idempotency_key_key" ON "outbound_request"("tenant_id", "idempotency_key");

-- CreateIndex
CREATE UNIQUE INDEX "store_tenant_id_id_mode_key" ON "store"("tenant_id", "id", "mode");

-- CreateIndex
CREATE INDEX "store_connection_due" ON "store_connection"("next_sync_at");

-- CreateIndex
CREATE UNIQUE INDEX "order_tenant_id_id_mode_key" ON "order"("tenant_id", "id", "mode");

-- CreateIndex
CREATE UNIQUE INDEX "order_tenant_id_store_id_external_id_key" ON "order"("tenant_id", "store_id", "external_id");

-- CreateIndex
CREATE INDEX "order_payment_claim_tenant_id_reference_idx" ON "order_payment_claim"("tenant_id", "reference");

-- CreateIndex
CREATE UNIQUE INDEX "connection_tenant_id_id_mode_key" ON "connection"("tenant_id", "id", "mode");

-- CreateIndex
CREATE UNIQUE INDEX "connection_tenant_id_account_id_mode_key" ON "connection"("tenant_id", "account_id", "mode");

-- CreateIndex
CREATE INDEX "inbox_event_tenant_id_received_at_id_idx" ON "inbox_event"("tenant_id", "received_at" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "inbox_event_bucket_scope_event_id_key" ON "inbox_event"("bucket", "scope", "event_id");

-- CreateIndex
CREATE INDEX "object_read_due" ON "object_read"("due_at");

-- CreateIndex
CREATE INDEX "balance_transaction_tenant_id_connection_id_source_id_idx" ON "balance_transaction"("tenant_id", "connection_id", "source_id");

-- CreateIndex
CREATE UNIQUE INDEX "balance_transaction_tenant_id_connection_id_stripe_id_key" ON "balance_transaction"("tenant_id", "connection_id", "stripe_id");

-- CreateIndex
CREATE INDEX "sync_cursor_due" ON "sync_cursor"("due_at");

-- CreateIndex
CREATE INDEX "match_tenant_id_payment_id_idx" ON "match"("tenant_id", "payment_id");

-- CreateIndex
CREATE INDEX "match_tenant_id_order_id_idx" ON "match"("tenant_id", "order_id");

-- CreateIndex
CREATE INDEX "reconciliation_word" ON "reconciliation"("tenant_id", "mode", "word");

-- CreateIndex
CREATE INDEX "reconciliation_order" ON "reconciliation"("tenant_id", "order_id");

-- CreateIndex
CREATE INDEX "exception_tenant_id_payment_id_idx" ON "exception"("tenant_id", "payment_id");

-- CreateIndex
CREATE INDEX "exception_tenant_id_order_id_idx" ON "exception"("tenant_id", "order_id");

-- CreateIndex
CREATE INDEX "effect_tenant_id_order_id_idx" ON "effect"("tenant_id", "order_id");

-- CreateIndex
CREATE INDEX "effect_of_payment" ON "effect"("tenant_id", "payment_id");

-- CreateIndex
CREATE UNIQUE INDEX "effect_tenant_id_key_key" ON "effect"("tenant_id", "key");

-- CreateIndex
CREATE INDEX "payment_tenant_id_mode_created_at_id_idx" ON "payment"("tenant_id", "mode", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "payment_tenant_id_attempt_id_idx" ON "payment"("tenant_id", "attempt_id");

-- CreateIndex
CREATE INDEX "payment_page_status" ON "payment"("tenant_id", "mode", "status", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "payment_page_store" ON "payment"("tenant_id", "mode", "store_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "payment_last4" ON "payment"("tenant_id", "mode", "card_last4", "amount");

-- CreateIndex
CREATE INDEX "payment_amount" ON "payment"("tenant_id", "mode", "amount");

-- CreateIndex
CREATE INDEX "payment_succeeded" ON "payment"("tenant_id", "mode", "succeeded_at");

-- CreateIndex
CREATE UNIQUE INDEX "payment_tenant_id_id_mode_key" ON "payment"("tenant_id", "id", "mode");

-- CreateIndex
CREATE UNIQUE INDEX "payment_tenant_id_connection_id_stripe_id_key" ON "payment"("tenant_id", "connection_id", "stripe_id");

-- CreateIndex
CREATE INDEX "charge_tenant_id_payment_id_idx" ON "charge"("tenant_id", "payment_id");

-- CreateIndex
CREATE UNIQUE INDEX "charge_tenant_id_connection_id_stripe_id_key" ON "charge"("tenant_id", "connection_id", "stripe_id");

-- CreateIndex
CREATE UNIQUE INDEX "payment_transition_tenant_id_payment_id_inbox_id_object_id_key" ON "payment_transition"("tenant_id", "payment_id", "inbox_id", "object_id");

-- CreateIndex
CREATE INDEX "refund_tenant_id_payment_id_idx" ON "refund"("tenant_id", "payment_id");

-- CreateIndex
CREATE INDEX "refund_created" ON "refund"("tenant_id", "mode", "created_at");

-- CreateIndex
CREATE UNIQUE INDEX "refund_tenant_id_connection_id_stripe_id_key" ON "refund"("tenant_id", "connection_id", "stripe_id");

-- CreateIndex
CREATE INDEX "dispute_tenant_id_payment_id_idx" ON "dispute"("tenant_id", "payment_id");

-- CreateIndex
CREATE UNIQUE INDEX "dispute_tenant_id_connection_id_stripe_id_key" ON "dispute"("tenant_id", "connection_id", "stripe_id");

-- CreateIndex
CREATE UNIQUE INDEX "tenant_slug_key" ON "tenant"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "user_email_key" ON "user"("email");

-- CreateIndex
CREATE INDEX "session_user_id_idx" ON "session"("user_id");

-- CreateIndex
CREATE INDEX "membership_user_id_idx" ON "membership"("user_id");

-- CreateIndex
CREATE INDEX "activity_tenant_id_subject_kind_subject_id_at_idx" ON "activity"("tenant_id", "subject_kind", "subject_id", "at");

-- AddForeignKey
ALTER TABLE "checkout_attempt" ADD CONSTRAINT "checkout_attempt_tenant_id_store_id_mode_fkey" FOREIGN KEY ("tenant_id", "store_id", "mode") REFERENCES "store"("tenant_id", "id", "mode") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "checkout_attempt" ADD CONSTRAINT "checkout_attempt_tenant_id_order_id_mode_fkey" FOREIGN KEY ("tenant_id", "order_id", "mode") REFERENCES "order"("tenant_id", "id", "mode") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "checkout_attempt" ADD CONSTRAINT "checkout_attempt_tenant_id_connection_id_mode_fkey" FOREIGN KEY ("tenant_id", "connection_id", "mode") REFERENCES "connection"("tenant_id", "id", "mode") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "outbound_request" ADD CONSTRAINT "outbound_request_tenant_id_connection_id_mode_fkey" FOREIGN KEY ("tenant_id", "connection_id", "mode") REFERENCES "connection"("tenant_id", "id", "mode") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "outbound_request" ADD CONSTRAINT "outbound_request_tenant_id_attempt_id_fkey" FOREIGN KEY ("tenant_id", "attempt_id") REFERENCES "checkout_attempt"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "store" ADD CONSTRAINT "store_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "store" ADD CONSTRAINT "store_tenant_id_connection_id_mode_fkey" FOREIGN KEY ("tenant_id", "connection_id", "mode") REFERENCES "connection"("tenant_id", "id", "mode") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "store_connection" ADD CONSTRAINT "store_connection_tenant_id_store_id_fkey" FOREIGN KEY ("tenant_id", "store_id") REFERENCES "store"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "order" ADD CONSTRAINT "order_tenant_id_store_id_mode_fkey" FOREIGN KEY ("tenant_id", "store_id", "mode") REFERENCES "store"("tenant_id", "id", "mode") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "order_line" ADD CONSTRAINT "order_line_tenant_id_order_id_fkey" FOREIGN KEY ("tenant_id", "order_id") REFERENCES "order"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "order_revision" ADD CONSTRAINT "order_revision_tenant_id_order_id_fkey" FOREIGN KEY ("tenant_id", "order_id") REFERENCES "order"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "order_payment_claim" ADD CONSTRAINT "order_payment_claim_tenant_id_order_id_fkey" FOREIGN KEY ("tenant_id", "order_id") REFERENCES "order"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "connection" ADD CONSTRAINT "connection_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "object_read" ADD CONSTRAINT "object_read_tenant_id_connection_id_fkey" FOREIGN KEY ("tenant_id", "connection_id") REFERENCES "connection"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "balance_transaction" ADD CONSTRAINT "balance_transaction_tenant_id_connection_id_mode_fkey" FOREIGN KEY ("tenant_id", "connection_id", "mode") REFERENCES "connection"("tenant_id", "id", "mode") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "fee_detail" ADD CONSTRAINT "fee_detail_tenant_id_balance_transaction_id_fkey" FOREIGN KEY ("tenant_id", "balance_transaction_id") REFERENCES "balance_transaction"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "sync_cursor" ADD CONSTRAINT "sync_cursor_tenant_id_connection_id_fkey" FOREIGN KEY ("tenant_id", "connection_id") REFERENCES "connection"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "match" ADD CONSTRAINT "match_tenant_id_payment_id_mode_fkey" FOREIGN KEY ("tenant_id", "payment_id", "mode") REFERENCES "payment"("tenant_id", "id", "mode") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "match" ADD CONSTRAINT "match_tenant_id_order_id_mode_fkey" FOREIGN KEY ("tenant_id", "order_id", "mode") REFERENCES "order"("tenant_id", "id", "mode") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "reconciliation" ADD CONSTRAINT "reconciliation_tenant_id_payment_id_fkey" FOREIGN KEY ("tenant_id", "payment_id") REFERENCES "payment"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "effect" ADD CONSTRAINT "effect_tenant_id_store_id_mode_fkey" FOREIGN KEY ("tenant_id", "store_id", "mode") REFERENCES "store"("tenant_id", "id", "mode") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "effect" ADD CONSTRAINT "effect_tenant_id_order_id_mode_fkey" FOREIGN KEY ("tenant_id", "order_id", "mode") REFERENCES "order"("tenant_id", "id", "mode") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "payment" ADD CONSTRAINT "payment_tenant_id_connection_id_mode_fkey" FOREIGN KEY ("tenant_id", "connection_id", "mode") REFERENCES "connection"("tenant_id", "id", "mode") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "payment" ADD CONSTRAINT "payment_tenant_id_store_id_mode_fkey" FOREIGN KEY ("tenant_id", "store_id", "mode") REFERENCES "store"("tenant_id", "id", "mode") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "payment" ADD CONSTRAINT "payment_tenant_id_attempt_id_mode_fkey" FOREIGN KEY ("tenant_id", "attempt_id", "mode") REFERENCES "checkout_attempt"("tenant_id", "id", "mode") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "charge" ADD CONSTRAINT "charge_tenant_id_payment_id_fkey" FOREIGN KEY ("tenant_id", "payment_id") REFERENCES "payment"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "payment_transition" ADD CONSTRAINT "payment_transition_tenant_id_payment_id_fkey" FOREIGN KEY ("tenant_id", "payment_id") REFERENCES "payment"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "refund" ADD CONSTRAINT "refund_tenant_id_payment_id_fkey" FOREIGN KEY ("tenant_id", "payment_id") REFERENCES "payment"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "dispute" ADD CONSTRAINT "dispute_tenant_id_payment_id_fkey" FOREIGN KEY ("tenant_id", "payment_id") REFERENCES "payment"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "membership" ADD CONSTRAINT "membership_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "membership" ADD CONSTRAINT "membership_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "api_request" ADD CONSTRAINT "api_request_tenant_id_api_key_id_fkey" FOREIGN KEY ("tenant_id", "api_key_id") REFERENCES "api_key"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "activity" ADD CONSTRAINT "activity_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- From here on by hand: what Prisma's schema language has no words for.

-- Closed lists of our own words. Stripe's and the shops' words are kept as they come and have no check.
ALTER TABLE "membership" ADD CONSTRAINT "membership_role_check" CHECK (role IN ('owner', 'finance', 'support', 'developer', 'auditor'));
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_mode_check" CHECK (mode IN ('live', 'test'));
ALTER TABLE "api_request" ADD CONSTRAINT "api_request_state_check" CHECK (state IN ('started', 'answered'));
ALTER TABLE "connection" ADD CONSTRAINT "connection_mode_check" CHECK (mode IN ('live', 'test'));
ALTER TABLE "connection" ADD CONSTRAINT "connection_kind_check" CHECK (kind IN ('connect', 'own'));
ALTER TABLE "connection" ADD CONSTRAINT "connection_state_check" CHECK (state IN ('active', 'revoked'));
ALTER TABLE "webhook_endpoint" ADD CONSTRAINT "webhook_endpoint_kind_check" CHECK (kind IN ('account', 'connect'));
ALTER TABLE "webhook_endpoint" ADD CONSTRAINT "webhook_endpoint_secret_check" CHECK (cardinality(secrets_sealed) BETWEEN 1 AND 2);
ALTER TABLE "store" ADD CONSTRAINT "store_state_check" CHECK (state IN ('active', 'closed'));
ALTER TABLE "store" ADD CONSTRAINT "store_mode_check" CHECK (mode IN ('live', 'test'));
ALTER TABLE "order" ADD CONSTRAINT "order_total_check" CHECK (total IS NOT NULL OR problem IS NOT NULL);
ALTER TABLE "order" ADD CONSTRAINT "order_payment_state_check" CHECK (payment_state IN ('unpaid', 'processing', 'paid', 'underpaid', 'overpaid', 'refunded', 'partly_refunded', 'disputed'));
ALTER TABLE "order" ADD CONSTRAINT "order_currency_check" CHECK (currency ~ '^[a-z]{3}$');
ALTER TABLE "order_line" ADD CONSTRAINT "order_line_kind_check" CHECK (kind IN ('item', 'shipping', 'fee', 'tax', 'discount'));
ALTER TABLE "checkout_attempt" ADD CONSTRAINT "checkout_attempt_state_check" CHECK (state IN ('creating', 'open', 'processing', 'paid', 'failed', 'expired', 'canceled'));
ALTER TABLE "checkout_attempt" ADD CONSTRAINT "checkout_attempt_amount_check" CHECK (amount > 0);
ALTER TABLE "outbound_request" ADD CONSTRAINT "outbound_request_state_check" CHECK (state IN ('sent', 'answered', 'refused', 'unanswered'));
ALTER TABLE "payment" ADD CONSTRAINT "payment_origin_check" CHECK (origin IN ('checkout', 'foreign'));
ALTER TABLE "payment" ADD CONSTRAINT "payment_attribution_check" CHECK (attribution IN ('none', 'proven', 'withheld'));
ALTER TABLE "payment" ADD CONSTRAINT "payment_fee_check" CHECK ((fee_state = 'known') = (fee IS NOT NULL) AND fee_state IN ('pending', 'known', 'not_applicable'));
ALTER TABLE "balance_transaction" ADD CONSTRAINT "balance_transaction_net_check" CHECK (net = amount - fee);
ALTER TABLE "inbox_event" ADD CONSTRAINT "inbox_event_kind_check" CHECK (kind IN ('delivery', 'read', 'backfill', 'reply'));
ALTER TABLE "inbox_event" ADD CONSTRAINT "inbox_event_state_check" CHECK (state IN ('pending', 'applied', 'ignored', 'quarantined') AND (state IN ('pending', 'applied') OR reason IS NOT NULL));
ALTER TABLE "match" ADD CONSTRAINT "match_state_check" CHECK (state IN ('active', 'undone') AND (state = 'active' OR undone_at IS NOT NULL));
ALTER TABLE "match" ADD CONSTRAINT "match_rule_check" CHECK (rule IN ('attempt', 'store_reference', 'order_number', 'by_hand'));
ALTER TABLE "match" ADD CONSTRAINT "match_confidence_check" CHECK (confidence BETWEEN 0 AND 100);
ALTER TABLE "reconciliation" ADD CONSTRAINT "reconciliation_word_check" CHECK (word IN ('unmatched', 'linked', 'confirmed', 'settled', 'paid_out', 'reconciled'));
ALTER TABLE "reconciliation" ADD CONSTRAINT "reconciliation_hops_check" CHECK (
  order_hop IN ('proven', 'inferred', 'missing', 'not_due', 'not_applicable') AND
  store_hop IN ('proven', 'inferred', 'missing', 'not_due', 'not_applicable') AND
  balance_hop IN ('proven', 'inferred', 'missing', 'not_due', 'not_applicable') AND
  payout_hop IN ('proven', 'inferred', 'missing', 'not_due', 'not_applicable') AND
  bank_hop IN ('proven', 'inferred', 'missing', 'not_due', 'not_applicable'));
ALTER TABLE "exception" ADD CONSTRAINT "exception_state_check" CHECK (state IN ('open', 'closed'));
ALTER TABLE "effect" ADD CONSTRAINT "effect_state_check" CHECK (state IN ('queued', 'running', 'done', 'skipped', 'dead'));

-- At most one attempt per order that can still take money.
CREATE UNIQUE INDEX "checkout_attempt_one_live" ON "checkout_attempt" (tenant_id, order_id) WHERE state IN ('creating', 'open', 'processing');
-- One active match of a payment with an order.
CREATE UNIQUE INDEX "match_one_active" ON "match" (tenant_id, payment_id, order_id) WHERE state = 'active';
-- The same fact is open once.
CREATE UNIQUE INDEX "exception_one_open" ON "exception" (tenant_id, key) WHERE state = 'open';

-- What the loops ask for.
CREATE INDEX "inbox_event_pending" ON "inbox_event" (bucket, id) WHERE state = 'pending';
CREATE INDEX "effect_due" ON "effect" (due_at) WHERE state IN ('queued', 'running');
CREATE INDEX "effect_waiting_of_order" ON "effect" (tenant_id, order_id, created_at, id) WHERE state IN ('queued', 'running');
CREATE INDEX "effect_dead" ON "effect" (tenant_id, id DESC) WHERE state = 'dead';
CREATE INDEX "order_said_gone" ON "order" (tenant_id, store_id) WHERE deleted_at > read_at;

-- What the screens ask for: keyset pages, tenant first.
CREATE INDEX "payment_fee_pending" ON "payment" (tenant_id, mode, created_at DESC, id DESC) WHERE fee_state = 'pending';
CREATE INDEX "payment_email" ON "payment" (tenant_id, mode, lower(customer_email));
CREATE INDEX "order_page" ON "order" (tenant_id, mode, (COALESCE(placed_at, created_at)) DESC, id DESC);
CREATE INDEX "order_page_store" ON "order" (tenant_id, mode, store_id, (COALESCE(placed_at, created_at)) DESC, id DESC);
CREATE INDEX "order_number" ON "order" (tenant_id, mode, lower(display_number));
CREATE INDEX "order_email" ON "order" (tenant_id, mode, lower(customer_email));
CREATE INDEX "exception_open" ON "exception" (tenant_id, mode, opened_at DESC, id DESC) WHERE state = 'open';

-- Bodies compress well and are read rarely: lz4 where the server has it.
DO $$ BEGIN
  ALTER TABLE "inbox_event" ALTER COLUMN body SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
  RAISE NOTICE 'this server has no lz4; inbox bodies are compressed with pglz';
END $$;

INSERT INTO "inbox_lease" (bucket) SELECT generate_series(0, 63);

-- Row level security. The app role sees one tenant, the one that the transaction set; the worker role sees all.
-- Forced, so that the tables' owner is held to it as well.
DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['api_key', 'api_request', 'activity', 'connection', 'store', 'store_connection', 'order', 'order_line',
    'order_revision', 'order_payment_claim', 'checkout_attempt', 'outbound_request', 'payment', 'charge', 'payment_transition', 'refund',
    'dispute', 'balance_transaction', 'fee_detail', 'sync_cursor', 'object_read', 'match', 'reconciliation', 'exception', 'effect',
    'export_batch', 'inbox_event']
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY one_tenant ON %I TO matchbook_app USING (tenant_id = nullif(current_setting(''app.tenant_id'', true), '''')::uuid) WITH CHECK (tenant_id = nullif(current_setting(''app.tenant_id'', true), '''')::uuid)', t);
    EXECUTE format('CREATE POLICY all_tenants ON %I TO matchbook_worker USING (true) WITH CHECK (true)', t);
  END LOOP;
END $$;
ALTER TABLE "tenant" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "tenant" FORCE ROW LEVEL SECURITY;
CREATE POLICY one_tenant ON "tenant" TO matchbook_app USING (id = nullif(current_setting('app.tenant_id', true), '')::uuid);
CREATE POLICY all_tenants ON "tenant" TO matchbook_worker USING (true) WITH CHECK (true);

-- Privileges. The app role writes what a person or a caller asks for; the mirror of Stripe's objects, the ledger and
-- the verdicts are written by the worker role alone.
GRANT SELECT ON ALL TABLES IN SCHEMA public TO matchbook_app;
REVOKE ALL ON "inbox_lease", "stripe_account" FROM matchbook_app;
GRANT INSERT, UPDATE ON "session" TO matchbook_app;
GRANT INSERT, UPDATE, DELETE ON "sign_in_throttle" TO matchbook_app;
GRANT INSERT, UPDATE ON "api_key", "api_request", "order", "order_revision", "order_payment_claim", "checkout_attempt", "outbound_request", "object_read", "export_batch" TO matchbook_app;
GRANT INSERT, UPDATE, DELETE ON "order_line" TO matchbook_app;
GRANT UPDATE ON "store_connection" TO matchbook_app;
GRANT INSERT ON "activity", "exception", "inbox_event" TO matchbook_app;
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO matchbook_worker;
REVOKE ALL ON "session", "sign_in_throttle", "_prisma_migrations" FROM matchbook_worker;
REVOKE UPDATE ON "activity" FROM matchbook_worker;
GRANT DELETE ON "order_line", "object_read", "worker_heartbeat" TO matchbook_worker;
