-- The planner takes this index or that of content to find a twin. One that also knows caption and profile need not read every post that ever showed the same picture to leave it out.
DROP INDEX "platform_post_media";
CREATE INDEX "platform_post_media" ON "platform_post"("media_digest", "workspace_id", "id", "caption_digest", "profile_id") WHERE (media_digest IS NOT NULL);
