# The demo's services: which one runs is the container's command.
FROM node:20-bookworm-slim
WORKDIR /src
COPY package.json package-lock.json .npmrc tsconfig.json ./
COPY instrumentation/package.json instrumentation/
COPY demo/package.json demo/
COPY workbench/package.json workbench/
COPY dashboards/package.json dashboards/
COPY cli/package.json cli/
RUN npm ci
COPY instrumentation instrumentation
COPY demo demo
RUN npm run build -w instrumentation
USER node
