# The image holds what runs: the compiled program and its production dependencies. No sources, no compiler, no tests.
# How to use it: docs/docker.md

FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY apps apps
COPY libs libs
COPY prisma prisma
RUN npm run build

FROM node:20-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Two things come along that nothing in the image loads, 200 MB together: Prisma's command line with its studio and test database (an
# optional peer of @prisma/client, which npm therefore keeps), and the TypeScript compiler (for `npm start` in a clone, which builds).
RUN npm ci --omit=dev \
  && cd node_modules \
  && rm -rf .bin prisma typescript effect @electric-sql \
       @prisma/config @prisma/dev @prisma/engines @prisma/engines-version @prisma/fetch-engine @prisma/get-platform \
       @prisma/query-plan-executor @prisma/streams-local @prisma/studio-core

FROM node:20-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 HELIOGRAPH_DATA=/data
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
COPY prisma/migrations prisma/migrations
COPY prisma/schema prisma/schema
COPY apps/cli/heliograph.mjs apps/cli/build-step.mjs apps/cli/
# The embedded PostgreSQL of `up` needs links that its npm package cannot hold; made here, because later nobody may write to /app.
RUN node --input-type=module --eval " \
    import { prepareBinaries } from '#infra/database/embedded/postgres-binaries'; \
    await prepareBinaries(undefined, '/tmp')" \
  && chmod 755 apps/cli/heliograph.mjs \
  && ln -s /app/apps/cli/heliograph.mjs /usr/local/bin/heliograph \
  && install -d -o node -g node -m 700 /data

# The program belongs to root and is only read; the only place that is written is /data (and /tmp).
USER node
VOLUME /data
EXPOSE 3000

# For `api` and `up`. Other processes have no HTTP port, or another one: compose sets theirs, `docker run` takes --no-healthcheck.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "--eval", "fetch('http://127.0.0.1:' + (process.env.PORT || 3000) + '/health').then(({ ok }) => process.exit(ok ? 0 : 1))"]

# Node is process 1 and handles SIGTERM itself: it passes the signal on, waits for the process it started, and ends with its exit code.
ENTRYPOINT ["heliograph"]
CMD ["up"]
