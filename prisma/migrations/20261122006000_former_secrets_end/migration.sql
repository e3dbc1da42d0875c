-- A former signing secret holds for as long as Stripe may still sign with it, and not until the next one.
ALTER TABLE "webhook_endpoint" ADD COLUMN "former_secret_until" TIMESTAMPTZ(3);
UPDATE "webhook_endpoint" SET former_secret_until = now() + interval '24 hours' WHERE cardinality(secrets_sealed) > 1;
ALTER TABLE "webhook_endpoint" ADD CONSTRAINT "webhook_endpoint_former_secret_check" CHECK (cardinality(secrets_sealed) = 1 OR former_secret_until IS NOT NULL);
