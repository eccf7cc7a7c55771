import { chmod, rm } from 'node:fs/promises';
import path from 'node:path';

import { backendBinary, root, toolBinary } from './paths';
import { run } from './run';
import { whenChanged } from './stamp';

/** Go's own variables that change what it builds. */
const goSalt = `${process.platform}/${process.arch} ${process.env.GOFLAGS ?? ''}`;

function relative(file: string): string {
  return path.relative(root, file);
}

/** Builds the plugin's three parts into dist/. @returns whether it was necessary */
export function buildPlugin(): Promise<boolean> {
  return whenChanged(
    'plugin',
    {
      inputs: [
        'src',
        'webpack.config.ts',
        'swc.config.mjs',
        'package.json',
        'package-lock.json',
        'dashboards/generated',
        'README.md',
        'CHANGELOG.md',
        'LICENSE',
      ],
      outputs: ['dist/plugin.json', 'dist/module.js', 'dist/datasource/module.js', 'dist/panel/module.js'],
    },
    async () => {
      await run('npm', ['run', '--silent', 'build:plugin']);
    }
  );
}

/** Builds the backend for this machine into dist/datasource. @returns whether it was necessary */
export function buildBackend(): Promise<boolean> {
  const binary = backendBinary();
  return whenChanged(
    'backend',
    { inputs: ['pkg', 'go.mod', 'go.sum'], outputs: [relative(binary)], salt: goSalt },
    async () => {
      await run('go', ['build', '-trimpath', '-ldflags', '-s -w', '-o', binary, './pkg'], {
        env: { CGO_ENABLED: '0' },
      });
      await chmod(binary, 0o755);
    }
  );
}

/** Builds the bridge between the workbench and the backend. @returns whether it was necessary */
export function buildBridge(): Promise<boolean> {
  const binary = toolBinary('flaglens-bridge');
  return whenChanged(
    'bridge',
    { inputs: ['workbench/bridge', 'go.mod', 'go.sum'], outputs: [relative(binary)], salt: goSalt },
    async () => {
      await run('go', ['build', '-trimpath', '-ldflags', '-s -w', '-o', binary, './workbench/bridge'], {
        env: { CGO_ENABLED: '0' },
      });
    }
  );
}

/** Bundles the workbench's page. @returns whether it was necessary */
export function buildPage(): Promise<boolean> {
  return whenChanged(
    'page',
    {
      inputs: ['workbench/page', 'workbench/bundle.ts', 'webpack.config.ts', 'package-lock.json'],
      outputs: ['workbench/dist/main.js', 'workbench/dist/index.html'],
    },
    async () => {
      await run(process.execPath, ['--import', 'tsx', 'workbench/bundle.ts']);
    }
  );
}

/** Builds a tool of tools/<module>, pinned by that module's go.mod. */
async function buildTool(module: string, tools: Record<string, string>, flags: string[]): Promise<boolean> {
  const folder = path.join('tools', module);
  return whenChanged(
    `tool-${module}`,
    {
      inputs: [path.join(folder, 'go.mod'), path.join(folder, 'go.sum')],
      outputs: Object.keys(tools).map((name) => relative(toolBinary(name))),
      salt: `${goSalt} ${flags.join(' ')}`,
    },
    async () => {
      for (const [name, source] of Object.entries(tools)) {
        await run('go', ['build', '-trimpath', '-ldflags', '-s -w', ...flags, '-o', toolBinary(name), source], {
          cwd: path.join(root, folder),
          env: { CGO_ENABLED: '0' },
        });
      }
    }
  );
}

/**
 * Builds Prometheus and promtool from their module, without the service discoveries of clouds, which nobody needs
 * here and which are most of the code. @returns whether it was necessary
 */
export function buildPrometheus(): Promise<boolean> {
  const source = 'github.com/prometheus/prometheus/cmd';
  const tools = { prometheus: `${source}/prometheus`, promtool: `${source}/promtool` };
  return buildTool('prometheus', tools, ['-tags', 'remove_all_sd']);
}

/** Builds Alertmanager and amtool from their module. @returns whether it was necessary */
export function buildAlertmanager(): Promise<boolean> {
  const source = 'github.com/prometheus/alertmanager/cmd';
  return buildTool('alertmanager', { alertmanager: `${source}/alertmanager`, amtool: `${source}/amtool` }, []);
}

/** Builds Jaeger's all-in-one from its module. @returns whether it was necessary */
export function buildJaeger(): Promise<boolean> {
  return buildTool('jaeger', { jaeger: 'github.com/jaegertracing/jaeger/cmd/all-in-one' }, []);
}

/** Builds golangci-lint from its module. @returns whether it was necessary */
export function buildGolangciLint(): Promise<boolean> {
  const source = 'github.com/golangci/golangci-lint/v2/cmd/golangci-lint';
  return buildTool('golangci-lint', { 'golangci-lint': source }, []);
}

/** Builds deadcode, which finds functions that nothing reaches, from its module. @returns whether it was necessary */
export function buildDeadcode(): Promise<boolean> {
  return buildTool('deadcode', { deadcode: 'golang.org/x/tools/cmd/deadcode' }, []);
}

/** Builds the library that the demo's services run on. @returns whether it was necessary */
export function buildInstrumentation(): Promise<boolean> {
  return whenChanged(
    'instrumentation',
    {
      inputs: ['instrumentation', 'package-lock.json'],
      outputs: ['instrumentation/dist/esm/index.js', 'instrumentation/dist/cjs/index.js'],
    },
    async () => {
      await rm(path.join(root, 'instrumentation/dist'), { recursive: true, force: true });
      await run('npm', ['run', '--silent', 'build', '-w', 'instrumentation']);
    }
  );
}

/** Builds the command line tool, with the Go code that writes its PromQL. @returns whether it was necessary */
export function buildCli(): Promise<boolean> {
  return whenChanged(
    'cli',
    {
      inputs: ['cli/src', 'cli/scripts', 'pkg', 'go.mod', 'go.sum', 'package-lock.json'],
      outputs: ['cli/dist/flaglens.js', 'cli/dist/engine/rules.wasm'],
      salt: goSalt,
    },
    async () => {
      await run('npm', ['run', '--silent', 'build', '-w', 'cli']);
    }
  );
}
