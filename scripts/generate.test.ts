import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = path.join(__dirname, '..');

/** Runs the check in a process of its own: the generator formats with Prettier, an ES module, which Jest cannot load. */
function check(script: string) {
  return run(process.execPath, ['--import', 'tsx', script, '--check'], { cwd: root });
}

describe('the generated contract', () => {
  it('is what the committed schemas give', async () => {
    await expect(check(path.join(root, 'scripts/generate.ts'))).resolves.toMatchObject({ stderr: '' });
  }, 60_000);

  describe('when it has drifted', () => {
    let copy: string;

    beforeEach(async () => {
      const cache = path.join(root, '.cache');
      await mkdir(cache, { recursive: true });
      copy = await mkdtemp(path.join(cache, 'contract-'));
    });

    afterEach(() => rm(copy, { recursive: true }));

    it('fails the check and says what to do', async () => {
      await cp(path.join(root, 'schema'), path.join(copy, 'schema'), { recursive: true });
      await cp(path.join(root, 'scripts'), path.join(copy, 'scripts'), { recursive: true });
      await cp(path.join(root, 'src/contract'), path.join(copy, 'src/contract'), { recursive: true });
      const target = path.join(copy, 'src/contract/contract.gen.ts');
      await writeFile(target, (await readFile(target, 'utf8')).replace('flag?: string', 'flag?: number'));

      await expect(check(path.join(copy, 'scripts/generate.ts'))).rejects.toMatchObject({
        code: 1,
        stderr: expect.stringContaining('npm run generate') as string,
      });
    }, 60_000);
  });
});
