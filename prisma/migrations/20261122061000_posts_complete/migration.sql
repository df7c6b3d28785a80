-- A post can be edited: its revision fences one change against another.
ALTER TABLE "post" ADD COLUMN "revision" INTEGER NOT NULL DEFAULT 0;

-- What the probe found, so that an edited post is judged with the media it keeps.
ALTER TABLE "media" ADD COLUMN "facts" JSONB;

-- The post an event tells of, for its timeline.
ALTER TABLE "event" ADD COLUMN "post_id" TEXT;
UPDATE "event" SET "post_id" = CASE WHEN "type" LIKE 'platform\_post.%' THEN "data"->>'post_id' ELSE "data"->>'id' END
  WHERE "type" LIKE 'platform\_post.%' OR "type" LIKE 'post.%';
CREATE INDEX "event_of_post" ON "event"("workspace_id", "post_id", "id") WHERE (post_id IS NOT NULL);
