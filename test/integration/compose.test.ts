import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { parse } from 'yaml';

import { promtoolBinary } from '../../scripts/start/history';

const root = join(__dirname, '..', '..');

interface Service {
  image?: string;
  build?: { context: string; dockerfile: string };
  command?: string[] | null;
  environment?: Record<string, string>;
  ports?: Array<{ target: number; host_ip?: string; published: string }>;
  volumes?: Array<{ type: string; source: string; target: string }>;
  depends_on?: Record<string, { condition: string; required?: boolean }>;
  healthcheck?: { test: string[] };
}

interface Project {
  services: Record<string, Service>;
}

interface PrometheusConfig {
  rule_files: string[];
  alerting: { alertmanagers: Array<{ static_configs: Array<{ targets: string[] }> }> };
  scrape_configs: Array<{ job_name: string; static_configs: Array<{ targets: string[] }> }>;
}

/** Resolved by the library of `docker compose config` itself: an invalid file fails here with its reason. */
function resolved(profiles: string): Project {
  const text = execFileSync('go', ['run', '.', join(root, 'docker-compose.yml')], {
    cwd: join(root, 'tools', 'compose'),
    encoding: 'utf8',
    maxBuffer: 1 << 24,
    env: { ...process.env, COMPOSE_PROFILES: profiles },
  });
  return JSON.parse(text) as Project;
}

const plain = resolved('');
const project = resolved('tracing');
const services = Object.entries(project.services);
/** Only the profile has these. */
const tracing = ['jaeger', 'payments'];
/** Where Jaeger takes spans, beside the port of its API. */
const otlp = 'http://jaeger:4318';

/** Services that do something and end, as those that wait for them say. */
const passing = new Set(
  services.flatMap(([, { depends_on = {} }]) =>
    Object.entries(depends_on).flatMap(([name, { condition }]) =>
      condition === 'service_completed_successfully' ? [name] : []
    )
  )
);
const lasting = services.filter(([name]) => !passing.has(name));

/** The port a service listens on inside its container. */
function listensOn(name: string): number {
  const service = project.services[name];
  const healthcheck = service?.healthcheck?.test.join(' ') ?? '';
  const port = service?.environment?.PORT ?? /127\.0\.0\.1:(\d+)/.exec(healthcheck)?.[1];
  return Number(port);
}

describe('docker-compose.yml', () => {
  test('brings Grafana, Prometheus with its history, Alertmanager, the control and two shops', () => {
    expect(Object.keys(plain.services).sort()).toEqual([
      'alertmanager',
      'blocks',
      'control',
      'grafana',
      'history',
      'prometheus',
      'shop-1',
      'shop-2',
    ]);
  });

  test('brings Jaeger and the payments beside them where the demo is traced', () => {
    expect(Object.keys(project.services).sort()).toEqual([...Object.keys(plain.services), ...tracing].sort());
    for (const shop of ['shop-1', 'shop-2']) {
      expect(project.services[shop]?.environment).toMatchObject({
        OTLP_URL: otlp,
        PAYMENTS_URL: 'http://payments:8080',
      });
      expect(plain.services[shop]?.environment).toMatchObject({ OTLP_URL: '', PAYMENTS_URL: '' });
      // A service that is not there is not waited for.
      expect(plain.services[shop]?.depends_on?.payments?.required).toBe(false);
    }
    expect(project.services.payments?.environment?.OTLP_URL).toBe(otlp);
    expect(project.services.jaeger?.command).toContain('--collector.otlp.http.host-port=0.0.0.0:4318');
  });

  test('the Jaeger is of the version that is built for tests', () => {
    const module = readFileSync(join(root, 'tools', 'jaeger', 'go.mod'), 'utf8');
    const [, version] = /jaegertracing\/jaeger v(\S+)/.exec(module) ?? [];
    expect(project.services.jaeger?.image).toBe(`jaegertracing/all-in-one:${version}`);
  });

  test("Grafana's datasources are those without traces, and where the traces are", () => {
    interface Provisioning {
      datasources: Array<{ uid: string; type: string; url: string; jsonData?: Record<string, unknown> }>;
    }
    const read = (file: string) => parse(readFileSync(join(root, file), 'utf8')) as Provisioning;
    const [flaglens, ...others] = read('docker/tracing/datasources.yml').datasources;
    const { traces, ...rest } = flaglens?.jsonData ?? {};
    expect([{ ...flaglens, jsonData: rest }]).toEqual(read('provisioning/datasources/flaglens.yml').datasources);
    expect(others).toEqual([expect.objectContaining({ type: 'jaeger', url: `http://jaeger:${listensOn('jaeger')}` })]);
    expect(traces).toEqual({ datasourceUid: others[0]?.uid });

    const folder = (of: Project) => of.services.grafana?.environment?.GF_PATHS_PROVISIONING;
    expect([folder(plain), folder(project)]).toEqual([
      '/etc/grafana/provisioning',
      '/etc/grafana/provisioning-tracing',
    ]);
    expect(readFileSync(join(root, 'docker/grafana.Dockerfile'), 'utf8')).toContain(
      'COPY docker/tracing/datasources.yml /etc/grafana/provisioning-tracing/datasources/flaglens.yml'
    );
  });

  test.each(services)('%s names only files that exist', (_name, service) => {
    if (service.build) {
      expect(existsSync(join(service.build.context, service.build.dockerfile))).toBe(true);
    }
    for (const volume of service.volumes ?? []) {
      if (volume.type === 'bind') {
        expect([volume.source, existsSync(volume.source)]).toEqual([volume.source, true]);
      }
    }
    for (const word of service.command ?? []) {
      if (word.endsWith('.ts')) {
        expect([word, existsSync(join(root, word))]).toEqual([word, true]);
      }
    }
  });

  test.each(lasting)('%s is health-gated on the port that it listens on', (name, service) => {
    expect(service.healthcheck?.test.join(' ')).toContain(`127.0.0.1:${listensOn(name)}/`);
    for (const [dependency, { condition }] of Object.entries(service.depends_on ?? {})) {
      expect([dependency, condition]).toEqual([
        dependency,
        passing.has(dependency) ? 'service_completed_successfully' : 'service_healthy',
      ]);
    }
  });

  test('Prometheus starts once its history has been written into its data', () => {
    expect([...passing].sort()).toEqual(['blocks', 'history']);
    const mounts = (name: string) =>
      (project.services[name]?.volumes ?? []).map(({ source, target }) => [source, target]);
    expect(mounts('blocks')).toContainEqual(['prometheus-data', '/prometheus']);
    expect(mounts('prometheus')).toContainEqual(['prometheus-data', '/prometheus']);
    expect(mounts('history')).toContainEqual(['history', '/history']);
    expect(mounts('blocks')).toContainEqual(['history', '/history']);
    expect(project.services.blocks?.image).toBe(project.services.prometheus?.image);
  });

  test.each(services)('%s publishes on loopback alone, and only what it listens on', (name, service) => {
    for (const port of service.ports ?? []) {
      expect(port.host_ip).toBe('127.0.0.1');
      expect(port.target).toBe(listensOn(name));
    }
  });

  test('every address between the services names a service and its port', () => {
    const texts = services.flatMap(([, service]) => Object.values(service.environment ?? {}));
    const addresses = texts.flatMap((text) => [...text.matchAll(/http:\/\/([a-z0-9-]+):(\d+)/g)]);
    expect(addresses.length).toBeGreaterThanOrEqual(5);
    for (const [, host, port] of addresses.filter(([address]) => address !== otlp)) {
      expect([host, Number(port)]).toEqual([host, listensOn(host ?? '')]);
    }
  });

  test('Prometheus scrapes both shops where they listen', () => {
    const config = parse(readFileSync(join(root, 'docker', 'prometheus.yml'), 'utf8')) as PrometheusConfig;
    const targets = config.scrape_configs.flatMap((job) => job.static_configs.flatMap((group) => group.targets));
    for (const shop of ['shop-1', 'shop-2']) {
      expect(targets).toContain(`${shop}:${listensOn(shop)}`);
    }
  });
});

describe('the history of the compose file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'flaglens-compose-'));
  const parts = join(folder, 'history');
  const data = join(folder, 'prometheus');

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs what a service runs, with folders of this machine in place of its volumes. */
  function runService(name: string): void {
    const script = (project.services[name]?.command ?? []).at(-1) ?? '';
    const here = script.replaceAll('$$', '$').replace(/(?<=\s)\/(history|prometheus)\b/g, `${folder}/$1`);
    expect(here).not.toBe(script);
    const promtool = promtoolBinary() ?? '';
    execFileSync('/bin/sh', ['-c', here], {
      cwd: root,
      env: { ...process.env, PATH: `${dirname(promtool)}:${process.env.PATH ?? ''}` },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }

  const blocks = () => readdirSync(data).sort();

  test('is written where there is no data, once, and leaves nothing but blocks', () => {
    mkdirSync(parts);
    mkdirSync(data);
    runService('history');
    expect(readdirSync(parts).length).toBeGreaterThanOrEqual(3);
    runService('blocks');
    const first = blocks();
    // Six hours lie in three or four blocks of two.
    expect(first.length).toBeGreaterThanOrEqual(3);
    expect(readdirSync(parts)).toEqual([]);

    runService('history');
    runService('blocks');
    expect(blocks()).toEqual(first);
  }, 240_000);
});

describe('the alerts of the compose file', () => {
  const config = parse(readFileSync(join(root, 'docker', 'prometheus.yml'), 'utf8')) as PrometheusConfig;

  test('Prometheus reads the generated rules and sends alerts to where Alertmanager listens', () => {
    const mounted = project.services.prometheus?.volumes?.find(
      ({ source }) => source === join(root, 'docker', 'rules')
    );
    expect(mounted?.target).toBe('/etc/prometheus/rules');
    expect(config.rule_files).toEqual(['rules/*.yml']);
    const targets = config.alerting.alertmanagers.flatMap(({ static_configs }) =>
      static_configs.flatMap((group) => group.targets)
    );
    expect(targets).toEqual([`alertmanager:${listensOn('alertmanager')}`]);
  });

  test('Alertmanager and Grafana notify the inbox of the control, and nobody else', () => {
    const inbox = `http://control:${listensOn('control')}/api/notifications`;
    const routes = readFileSync(join(root, 'docker', 'alertmanager', 'alertmanager.yml'), 'utf8');
    expect(new Set([...routes.matchAll(/url: (\S+)/g)].map(([, url]) => url))).toEqual(new Set([inbox]));
    expect(project.services.grafana?.environment?.FLAGLENS_INBOX_URL).toBe(inbox);
  });

  test('Alertmanager is the one that the tests build', () => {
    const pinned = /prometheus\/alertmanager (v[\d.]+)/.exec(
      readFileSync(join(root, 'tools', 'alertmanager', 'go.mod'), 'utf8')
    )?.[1];
    expect(project.services.alertmanager?.image).toBe(`prom/alertmanager:${pinned}`);
  });
});

describe.each(['grafana.Dockerfile', 'demo.Dockerfile'])('docker/%s', (file) => {
  const lines = readFileSync(join(root, 'docker', file), 'utf8')
    .replace(/\\\n/g, ' ')
    .split('\n');

  test('copies only what the checkout has', () => {
    const sources = lines
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
      .flatMap((line) => line.split(/\s+/).slice(1, -1));
    expect(sources.length).toBeGreaterThan(0);
    for (const source of sources) {
      expect([source, existsSync(join(root, source))]).toEqual([source, true]);
    }
  });

  test('runs only scripts that package.json has', () => {
    const scripts = lines.flatMap((line) => [...line.matchAll(/npm run ([\w:-]+)(?: -w (\w+))?/g)]);
    expect(scripts.length).toBeGreaterThan(0);
    for (const [, script, workspace] of scripts) {
      const manifest = join(root, workspace ?? '', 'package.json');
      const names = Object.keys((JSON.parse(readFileSync(manifest, 'utf8')) as { scripts: object }).scripts);
      expect([relative(root, manifest), names]).toEqual([relative(root, manifest), expect.arrayContaining([script])]);
    }
  });
});

describe('provisioning/', () => {
  const files = ['datasources/flaglens.yml', 'dashboards/flaglens.yml', 'plugins/flaglens.yml'];
  files.push('alerting/contact-points.yml');

  test('the image sets every variable that the files read', () => {
    const image = readFileSync(join(root, 'docker', 'grafana.Dockerfile'), 'utf8');
    const environment = { ...project.services.grafana?.environment };
    for (const file of files) {
      const text = readFileSync(join(root, 'provisioning', file), 'utf8');
      for (const [, name] of text.matchAll(/^[^#\n]*\$(FLAGLENS_\w+)/gm)) {
        expect([name, image.includes(`${name}=`) || (name ?? '') in environment]).toEqual([name, true]);
      }
    }
  });

  test('the datasource is the one that the dashboards and the plugin speak of', () => {
    const { datasources } = parse(readFileSync(join(root, 'provisioning', files[0] ?? ''), 'utf8')) as {
      datasources: Array<{ uid: string; type: string }>;
    };
    const manifest = JSON.parse(readFileSync(join(root, 'src', 'datasource', 'plugin.json'), 'utf8')) as { id: string };
    expect(datasources).toEqual([expect.objectContaining({ uid: 'flaglens', type: manifest.id })]);
  });
});
