-- What the event browser and the health of webhooks ask for: keyset pages that lead with tenant and connection. A delivery
-- has no tenant until it is folded, so that these cost nothing when it is stored.
DROP INDEX "inbox_event_tenant_id_received_at_id_idx";
CREATE INDEX "inbox_event_page" ON "inbox_event" (tenant_id, connection_id, received_at DESC, id DESC) WHERE tenant_id IS NOT NULL;
CREATE INDEX "inbox_event_type" ON "inbox_event" (tenant_id, connection_id, type, received_at DESC, id DESC) WHERE tenant_id IS NOT NULL;
CREATE INDEX "inbox_event_object" ON "inbox_event" (tenant_id, connection_id, object_id, received_at DESC, id DESC) WHERE tenant_id IS NOT NULL;
-- The rare ones, which a walk through the pages would look for in vain.
CREATE INDEX "inbox_event_kind" ON "inbox_event" (tenant_id, connection_id, kind, received_at DESC, id DESC) WHERE kind <> 'delivery';
CREATE INDEX "inbox_event_reason" ON "inbox_event" (tenant_id, connection_id, reason, received_at DESC, id DESC) WHERE state = 'ignored' AND reason <> 'nothing_new';
CREATE INDEX "inbox_event_quarantined" ON "inbox_event" (tenant_id, connection_id, received_at DESC, id DESC) WHERE state = 'quarantined';
CREATE INDEX "inbox_event_repeated" ON "inbox_event" (tenant_id, connection_id, received_at DESC, id DESC) WHERE duplicate_count > 0;
CREATE INDEX "inbox_event_alarm" ON "inbox_event" (tenant_id, connection_id, received_at DESC, id DESC) WHERE alarm IS NOT NULL;
-- Set aside before a tenant was known: counted for the endpoint that they came through.
CREATE INDEX "inbox_event_unplaced" ON "inbox_event" (endpoint_id, received_at DESC) WHERE state = 'quarantined' AND tenant_id IS NULL;

-- What one event changed.
CREATE INDEX "payment_transition_tenant_id_inbox_id_idx" ON "payment_transition"("tenant_id", "inbox_id");

-- The list of exceptions by type; those without an amount come last when it is ordered by what is at risk.
CREATE INDEX "exception_open_type" ON "exception" (tenant_id, mode, type, opened_at DESC, id DESC) WHERE state = 'open';

-- Disputes that wait for an answer, by their due time.
CREATE INDEX "dispute_due" ON "dispute" (tenant_id, due_by) WHERE status IN ('needs_response', 'warning_needs_response');
