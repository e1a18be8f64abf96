# Images of chroma-commons. From an installed package: commons image build. From a checkout: npm run build, then docker build.
# Exec forms only: a base needs Node 22.18 or newer, and no shell.
ARG BASE=node:24-bookworm-slim

FROM ${BASE} AS program
WORKDIR /opt/commons
COPY package.json LICENSE NOTICE.md ./
COPY bin ./bin
ENV HOME=/tmp/home
ENTRYPOINT ["node", "/opt/commons/bin/commons.mjs"]

# One agent's session: reads one workspace, holds no database, reaches the hub by its socket.
FROM program AS session
COPY dist/grammars ./dist/grammars
COPY dist/mcp*.mjs dist/ingester*.mjs dist/reader*.mjs ./dist/
# sharp, which decodes pictures, where it is installed for Linux; from a checkout also what the hub imports.
COPY node_modules ./node_modules
# Compiled code of what every session loads first.
ENV NODE_COMPILE_CACHE=/opt/commons/compiled
RUN ["node", "/opt/commons/bin/commons.mjs", "mcp"]
ARG VERSION=unknown
LABEL org.opencontainers.image.title="chroma-commons session" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      io.chroma-commons.image="session"
# A number, because a base may have no account but root. On Linux a session runs as the person who starts it.
USER 10001:10001
CMD ["mcp"]

# The hub of compose.yaml. ChromaDB is another container, so its server is not in here.
FROM program AS hub
COPY node_modules ./node_modules
COPY dist ./dist
RUN ["node", "-e", "const fs = require('fs'); for (const path of ['/data', '/run/commons']) { fs.mkdirSync(path, { recursive: true }); fs.chownSync(path, 10001, 10001); fs.chmodSync(path, 0o700); } fs.symlinkSync('/opt/commons/bin/commons.mjs', '/usr/local/bin/commons');"]
# Nobody starts this hub again after an idle time but the container's restart policy.
ENV COMMONS_HOME=/data \
    COMMONS_HUB_LISTEN=/run/commons/hub.sock \
    COMMONS_HUB_IDLE_MINUTES=100000 \
    MALLOC_ARENA_MAX=1
ARG VERSION=unknown
LABEL org.opencontainers.image.title="chroma-commons hub" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      io.chroma-commons.image="hub"
USER 10001:10001
VOLUME ["/data", "/run/commons"]
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \
  CMD ["node", "-e", "require('http').get({ socketPath: '/run/commons/hub.sock', path: '/v1/hello' }, (answer) => process.exit(answer.statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1))"]
ENTRYPOINT []
CMD ["node", "--disable-warning=ExperimentalWarning", "--max-semi-space-size=8", "--heap-growing-percent=20", "--expose-gc", "/opt/commons/dist/hub.mjs", "--home", "/data"]
