# Grafana with the plugin inside. Two stages build its halves, so that the host needs nothing but Docker.
FROM golang:1.26-bookworm AS backend
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY pkg ./pkg
ARG TARGETARCH
RUN CGO_ENABLED=0 GOOS=linux GOARCH=$TARGETARCH \
    go build -trimpath -ldflags "-s -w" -o /out/gpx_flaglens_linux_$TARGETARCH ./pkg

FROM node:20-bookworm-slim AS frontend
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
COPY instrumentation/package.json instrumentation/
COPY demo/package.json demo/
COPY workbench/package.json workbench/
COPY dashboards/package.json dashboards/
COPY cli/package.json cli/
RUN npm ci
COPY . .
RUN npm run build:plugin

FROM grafana/grafana:11.6.0
ENV GF_DEFAULT_APP_MODE=development \
    GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS=flaglens-app,flaglens-datasource,flaglens-panel \
    FLAGLENS_DASHBOARDS=/var/lib/flaglens/dashboards
COPY --from=frontend /src/dist /var/lib/grafana/plugins/flaglens-app
COPY --from=backend --chmod=0755 /out/ /var/lib/grafana/plugins/flaglens-app/datasource/
COPY provisioning /etc/grafana/provisioning
# The same where the demo is traced: GF_PATHS_PROVISIONING chooses.
COPY provisioning /etc/grafana/provisioning-tracing
COPY docker/tracing/datasources.yml /etc/grafana/provisioning-tracing/datasources/flaglens.yml
COPY dashboards/generated /var/lib/flaglens/dashboards
