import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(__dirname, '..', '..');

const guides = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && !file.includes('testdata/'));

const folders = ['pkg', 'src', 'docs', 'test', 'demo', 'bench', 'tools', 'schema', 'docker', 'scripts', 'workbench'];
folders.push('adapters', 'dashboards', 'provisioning', 'instrumentation', 'cli', 'examples');

/** Folders and files that a guide may name though a fresh clone has not built them yet. */
const built = /^(dist|\.cache|node_modules)\b|\/(dist|output|node_modules)\b/;

describe.each(guides)('%s', (guide) => {
  const text = readFileSync(join(root, guide), 'utf8');

  test('links to files that exist', () => {
    for (const [, target] of text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)) {
      expect([target, existsSync(join(root, dirname(guide), target ?? ''))]).toEqual([target, true]);
    }
  });

  test('names paths that exist', () => {
    const named = new RegExp(`\`((?:${folders.join('|')})/[\\w./-]*)\``, 'g');
    for (const [, path] of text.matchAll(named)) {
      if (path !== undefined && !built.test(path)) {
        const exists = existsSync(join(root, path)) || existsSync(join(root, dirname(guide), path));
        expect([path, exists]).toEqual([path, true]);
      }
    }
  });

  test('names npm scripts that exist', () => {
    for (const [, script, workspace] of text.matchAll(/npm run ([\w:-]+)(?:[^\n`]*? -w (\w+))?/g)) {
      const manifest = JSON.parse(readFileSync(join(root, workspace ?? '', 'package.json'), 'utf8')) as {
        scripts: Record<string, string>;
      };
      expect([script, Object.keys(manifest.scripts)]).toEqual([script, expect.arrayContaining([script])]);
    }
  });
});
