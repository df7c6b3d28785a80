-- A replay of those events only of which the endpoint has no delivery that went its way: what it missed while it was not enabled.
ALTER TABLE "webhook_replay" ADD COLUMN "only_missed" BOOLEAN NOT NULL DEFAULT false;
