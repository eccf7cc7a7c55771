import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { allDashboards, toJson } from './all';

const folder = join(import.meta.dirname, '..', 'generated');
for (const [file, dashboard] of allDashboards()) {
  writeFileSync(join(folder, file), toJson(dashboard));
  console.log(`wrote dashboards/generated/${file}`);
}
