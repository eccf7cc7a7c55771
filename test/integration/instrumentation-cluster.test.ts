import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const primary = path.join(__dirname, 'support/cluster/primary.ts');

let scrape: string[];

/** Two real worker processes of one service, and the scrape of their primary. */
beforeAll(async () => {
  const node = ['--import', 'tsx', '--conditions', '@flaglens/source', primary];
  const { stdout } = await promisify(execFile)(process.execPath, node, { timeout: 60_000 });
  scrape = stdout.split('\n');
}, 70_000);

/** The value of the one series that has this name and all these labels. */
function valueOf(name: string, labels: Record<string, string> = {}): number {
  const lines = scrape.filter(
    (line) =>
      new RegExp(`^${name}[{ ]`).test(line) &&
      Object.entries(labels).every(([label, value]) => line.includes(`${label}="${value}"`))
  );
  expect(lines).toHaveLength(1);
  return Number(lines[0]?.split(' ').at(-1));
}

test.each<[string, Record<string, string>, number]>([
  // One request of the first worker and two of the second.
  ['http_request_duration_seconds_count', { status: '200' }, 3],
  ['http_request_duration_seconds_bucket', { status: '200', le: '10' }, 3],
  ['feature_flag_http_request_duration_seconds_count', { status: '200', feature_flag_variant: 'a' }, 1],
  ['feature_flag_http_request_duration_seconds_count', { status: '200', feature_flag_variant: 'b' }, 2],
  ['query_seconds_count', {}, 3],
  ['query_seconds_sum', {}, 1.5],
  ['feature_flag_query_seconds_sum', { feature_flag_variant: 'b' }, 1],
  ['feature_flag_query_seconds_bucket', { feature_flag_variant: 'b', le: '1' }, 2],
  ['rows_total', { table: 'items' }, 50],
  ['feature_flag_rows_total', { feature_flag_variant: 'a' }, 10],
  ['feature_flag_rows_total', { feature_flag_variant: 'b' }, 40],
  ['flaglens_refused_total', { metric: 'feature_flag_rows_total' }, 2],
  ['flaglens_folded_total', { label: 'route' }, 0],
  ['feature_flag_evaluation_active_count', { feature_flag_key: 'search' }, 0],
])('%s %j is summed over the workers', (name, labels, expected) => {
  expect(valueOf(name, labels)).toBe(expected);
});

test('an instance of one variant is one, however many workers it has', () => {
  expect(valueOf('feature_flag_instance_info', { feature_flag_key: 'release' })).toBe(1);
});

test.each([
  ['a', 0.75],
  ['b', 0.25],
])('the allocation of variant %s is the same in every worker, and stays so', (variant, expected) => {
  expect(valueOf('feature_flag_allocation_ratio', { feature_flag_variant: variant })).toBe(expected);
});
