-- Effects that were given up or left alone, newest first: ids sort by creation.
CREATE INDEX "effect_undone" ON "effect" (tenant_id, mode, state, id DESC) WHERE state IN ('dead', 'skipped');
