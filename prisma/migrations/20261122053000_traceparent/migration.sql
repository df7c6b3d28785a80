-- Which trace a post began in: its worker goes on with it. Posts that exist were not traced.
ALTER TABLE "platform_post" ADD COLUMN "traceparent" TEXT;
