import { parseOptions } from './options';

test('without arguments the host is found, on port 3000', () => {
  expect(parseOptions([])).toEqual({ host: 'auto', port: 3000, open: true, tracing: false });
});

test('all options', () => {
  const args = ['--host', 'workbench', '--port', '3100', '--no-open', '--prometheus', 'http://127.0.0.1:9090'];
  expect(parseOptions(args)).toEqual({
    host: 'workbench',
    port: 3100,
    open: false,
    tracing: false,
    prometheus: 'http://127.0.0.1:9090',
  });
});

test('the demo is traced where that is asked for', () => {
  expect(parseOptions(['--tracing'])).toMatchObject({ tracing: true });
});

test('help', () => {
  expect(parseOptions(['--help'])).toBe('help');
});

test.each([
  [['--host', 'kubernetes'], /--host takes one of auto, grafana, docker, workbench, not kubernetes/],
  [['--port', '0'], /--port takes a number from 1 to 65535, not 0/],
  [['--port', 'three'], /--port takes a number/],
  [['--prometheus', 'localhost:9090'], /--prometheus takes an address/],
  [['--prometheus', 'file:///etc/passwd'], /--prometheus takes an address/],
  [['--datasource', 'no-such.yml'], /there is no file no-such.yml/],
  [['--prometheus', 'http://a', '--datasource', 'package.json'], /exclude each other/],
  [['--prometheus', 'http://a', '--tracing'], /--tracing is about the demo/],
  [['--color'], /Unknown option '--color'[\s\S]*--no-open/],
])('%j is refused', (args, message) => {
  expect(() => parseOptions(args)).toThrow(message);
});
