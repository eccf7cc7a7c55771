import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import * as instrumentation from '@flaglens/instrumentation';

const run = promisify(execFile);
const root = path.join(__dirname, '../..');
const readme = readFileSync(path.join(root, 'instrumentation/README.md'), 'utf8');

/** What the snippets take from the service around them. */
const around: ReadonlyArray<[needs: string, declaration: string]> = [
  ['registry', `declare const registry: import('prom-client').Registry;`],
  ['OpenFeature', `import { OpenFeature } from '@openfeature/server-sdk';`],
  ['flaglensExpress(', `declare const app: import('express').Express;`],
  ['flaglensFastify,', `declare const app: import('fastify').FastifyInstance;`],
  ['flaglensKoa(', `declare const app: import('koa');`],
  ['createServer', `import { createServer, type IncomingMessage, type RequestListener } from 'node:http';`],
  ['routeOf', `declare const listener: RequestListener, routeOf: (request: IncomingMessage) => string | undefined;`],
  ['sendMail', `declare function sendMail(): Promise<void>;`],
];

test('every snippet compiles', async () => {
  await mkdir(path.join(root, '.cache'), { recursive: true });
  const folder = await mkdtemp(path.join(root, '.cache/readme-'));
  try {
    const snippets = [...readme.matchAll(/```ts\n([^]*?)```/g)].map(([, code = '']) => code);
    expect(snippets).toHaveLength(7);
    for (const [index, code] of snippets.entries()) {
      // What a snippet imports itself is not declared again.
      const imported = [...code.matchAll(/import \{([^}]*)\}/g)].flatMap(([, names = '']) =>
        names.match(/\w+(?=\s*(?:,|$))/g)
      );
      const declarations = around
        .filter(([needs]) => code.includes(needs) && !imported.includes(needs))
        .map(([, declaration]) => declaration);
      await writeFile(
        path.join(folder, `snippet-${index}.ts`),
        [...declarations, code, 'export { flaglens };'].join('\n')
      );
    }
    const compilerOptions = { noUnusedLocals: false, types: ['node'] };
    const config = { extends: '../../tsconfig.json', compilerOptions, include: ['*.ts'], exclude: [] };
    await writeFile(path.join(folder, 'tsconfig.json'), JSON.stringify(config));
    const tsc = createRequire(__filename).resolve('typescript/bin/tsc');
    const said = await run(process.execPath, [tsc, '--project', folder]).catch((error: unknown) => error);
    expect(said).toMatchObject({ stdout: '' });
  } finally {
    await rm(folder, { recursive: true });
  }
}, 120_000);

test.each(Object.entries({ ...instrumentation.METRICS, ...instrumentation.EVENT_METRICS }))(
  'the table has %s: %s',
  (_name, metric) => {
    const plain = metric.replace(/^feature_flag_(?=http_)/, '');
    expect(readme).toContain(`\`${plain}\``);
  }
);
