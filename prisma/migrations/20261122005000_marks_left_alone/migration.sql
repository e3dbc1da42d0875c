-- The marks that could still be done, among those left alone: stores that are never told anything have most of the others.
CREATE INDEX "effect_mark_skipped" ON "effect" (tenant_id, id) WHERE state = 'skipped' AND kind = 'order.mark_paid' AND receipt ->> 'reason' <> 'write_back_off';
