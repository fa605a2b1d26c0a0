# One image for all services: `docker run <image> notifier`, and likewise ops, migrate, nats-keys. docs/containers.md
# has the rest. test/image.deploy.test.ts carries these very instructions out, without an engine.

ARG BUILD_IMAGE=node:24-bookworm-slim
# No shell and no package manager; glibc, as the tests run on.
ARG RUN_IMAGE=gcr.io/distroless/nodejs24-debian12:nonroot

FROM ${BUILD_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . ./
RUN npm run build

FROM ${BUILD_IMAGE} AS extras
WORKDIR /app
COPY bin/hwpv-ops ./bin/hwpv-ops
# The run image has no `env` to find Node by.
RUN sed -i '1s|.*|#!/nodejs/bin/node|' bin/hwpv-ops
# Mount points: a new volume takes its owner from the folder it is mounted on.
RUN mkdir empty

# What `docker compose --profile demo` runs beside the services: stand-ins for the upstreams, invented claims, and
# a certificate of no authority. Never for production.
FROM ${BUILD_IMAGE} AS demo
WORKDIR /app
ENV NODE_ENV=production
COPY --from=build /app ./
COPY --from=extras --chown=65532:65532 /app/empty /secrets
COPY --from=extras --chown=65532:65532 /app/empty /data
USER 65532:65532
ENTRYPOINT ["node", "dist/programs/launch.js"]

FROM ${RUN_IMAGE} AS services
ARG VERSION=
ARG COMMIT=
ARG BRANCH=
LABEL org.opencontainers.image.title="Help with Prison Visits: asynchronous services" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${COMMIT}"
ENV NODE_ENV=production \
    PATH=/app/bin:/nodejs/bin:/usr/bin:/bin \
    APP_VERSION=${VERSION} \
    GIT_COMMIT=${COMMIT} \
    GIT_BRANCH=${BRANCH} \
    DATA_DIR=/data
WORKDIR /app
COPY package.json ./
COPY --from=extras /app/bin ./bin
# What the programs load from its files; all else is in them.
COPY --from=build /app/dist/modules ./node_modules
COPY --from=build /app/dist/programs ./dist/programs
COPY --from=build /app/apps/console/views ./apps/console/views
COPY --from=build /app/apps/console/assets ./apps/console/assets
# Written to only where the embedded database is used; everything else may be read-only.
COPY --from=extras --chown=65532:65532 /app/empty /data
COPY --from=extras --chown=65532:65532 /app/empty /secrets
# By number, for clusters that ask for proof that it is not root.
USER 65532:65532
# Under the program's own process, which gets the signals; the memory is that of `npm start -- <service>`.
ENTRYPOINT ["node", "--max-semi-space-size=4", "--max-old-space-size=128", "dist/programs/launch.js"]
