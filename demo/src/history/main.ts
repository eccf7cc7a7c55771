/**
 * Writes a simulated past of the shop into a folder, a file of OpenMetrics text for each block of Prometheus:
 * `--out FOLDER` for the demo's own past up to now or to `--end SECONDS`, `--out FOLDER --scenario FILE` for another one,
 * as JSON in the shape of Scenario. Prints the files.
 */
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { instances } from '../instances';
import { createShop } from '../shop/createShop';
import { exposedBy } from './exposition';
import { openMetrics, partsOf } from './openMetrics';
import { simulate } from './simulate';
import { demoHistory, stateAt, type Scenario } from './timeline';

const { values } = parseArgs({
  options: { out: { type: 'string' }, end: { type: 'string' }, scenario: { type: 'string' } },
});
const { out, end } = values;
if (out === undefined || (end !== undefined && values.scenario !== undefined)) {
  console.error('Give --out FOLDER, and --end SECONDS or --scenario FILE or neither.');
  process.exit(1);
}
const scenario =
  values.scenario === undefined
    ? demoHistory(end === undefined ? Math.floor(Date.now() / 1000) : Number(end))
    : (JSON.parse(readFileSync(values.scenario, 'utf8')) as Scenario);
const shop = await createShop({ state: () => stateAt(scenario, scenario.end) });
const metrics = simulate(scenario, await exposedBy(shop), instances);
mkdirSync(out, { recursive: true });
for (const [index, part] of partsOf(scenario).entries()) {
  const file = path.join(out, `history-${index}.om`);
  await pipeline(Readable.from(openMetrics(metrics, scenario, part)), createWriteStream(file));
  console.log(file);
}
// The shop's own metrics of the runtime would keep the process.
process.exit(0);
