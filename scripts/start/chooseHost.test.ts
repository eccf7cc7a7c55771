import { chooseHost, type Surroundings } from './chooseHost';

function surroundings({ env = {}, files = [], docker = false }: { env?: object; files?: string[]; docker?: boolean }) {
  const pretended: Surroundings = {
    env: { PATH: '/usr/bin', ...env },
    exists: (file) => files.includes(file),
    dockerAnswers: () => Promise.resolve(docker),
  };
  return pretended;
}

const installed = ['/opt/grafana/bin/grafana', '/opt/grafana/conf/defaults.ini'];
const packaged = ['/usr/bin/grafana', '/usr/share/grafana/bin/grafana', '/usr/share/grafana/conf/defaults.ini'];

test.each([
  [
    'a Grafana that GRAFANA_HOME names',
    { env: { GRAFANA_HOME: '/opt/grafana' }, files: installed, docker: true },
    'grafana',
  ],
  ['a Grafana on the PATH', { env: { PATH: '/opt/grafana/bin' }, files: installed }, 'grafana'],
  ['a Grafana from a package', { files: packaged }, 'grafana'],
  ['a GRAFANA_HOME that is none, and Docker', { env: { GRAFANA_HOME: '/nowhere' }, docker: true }, 'docker'],
  ['Docker', { docker: true }, 'docker'],
  ['nothing', {}, 'workbench'],
])('auto with %s', async (_, given, kind) => {
  await expect(chooseHost('auto', surroundings(given))).resolves.toMatchObject({ kind });
});

test('the binary and the home of a Grafana are named', async () => {
  const host = await chooseHost('grafana', surroundings({ env: { GRAFANA_HOME: '/opt/grafana' }, files: installed }));
  expect(host).toEqual({
    kind: 'grafana',
    home: '/opt/grafana',
    binary: '/opt/grafana/bin/grafana',
    why: '--host grafana; GRAFANA_HOME is /opt/grafana',
  });
});

test('a host that was asked for and is not there is an error, not another host', async () => {
  await expect(chooseHost('grafana', surroundings({ docker: true }))).rejects.toThrow(
    /no Grafana here: set GRAFANA_HOME/
  );
  await expect(chooseHost('docker', surroundings({}))).rejects.toThrow(/Docker does not answer/);
});

test('the workbench needs nothing', async () => {
  await expect(chooseHost('workbench', surroundings({ docker: true }))).resolves.toMatchObject({ kind: 'workbench' });
});
