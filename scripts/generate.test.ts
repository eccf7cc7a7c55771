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

    it.each([
      ['src/contract/contract.gen.ts', 'flag?: string', 'flag?: number'],
      ['cli/src/rules/contract.gen.ts', 'record: string', 'record: number'],
      ['src/contract/constants.gen.ts', "'regressed', 'withheld'", "'withheld', 'regressed'"],
    ])(
      'fails the check of %s and says what to do',
      async (name, right, wrong) => {
        await cp(path.join(root, 'schema'), path.join(copy, 'schema'), { recursive: true });
        await cp(path.join(root, 'scripts'), path.join(copy, 'scripts'), { recursive: true });
        for (const generated of [
          'src/contract/contract.gen.ts',
          'src/contract/constants.gen.ts',
          'cli/src/rules/contract.gen.ts',
        ]) {
          await cp(path.join(root, generated), path.join(copy, generated));
        }
        const target = path.join(copy, name);
        await writeFile(target, (await readFile(target, 'utf8')).replace(right, wrong));

        await expect(check(path.join(copy, 'scripts/generate.ts'))).rejects.toMatchObject({
          code: 1,
          stderr: expect.stringMatching(`^${name} is not what .*npm run generate`) as string,
        });
      },
      60_000
    );
  });
});
