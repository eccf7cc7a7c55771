import { execFile } from 'node:child_process';
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);
const root = path.join(import.meta.dirname, '../..');

/** WebAssembly for a JavaScript host. WASI is no choice: Prometheus's parser imports packages that do not build for it. */
const target = { GOOS: 'js', GOARCH: 'wasm' };
const command = './pkg/cmd/rules';

/** What runs Go's WebAssembly in Node. It belongs to the Go release that compiled it. */
const runtime = ['wasm_exec.js', 'wasm_exec_node.js'];

async function go(...args: string[]): Promise<string> {
  const { stdout } = await exec('go', args, { cwd: root, env: { ...process.env, ...target }, maxBuffer: 1 << 26 });
  return stdout.trim();
}

/** Compiles the command that writes the PromQL, and puts beside it what runs it and the licences of what it contains. */
export async function buildEngine(out: string): Promise<void> {
  await mkdir(out, { recursive: true });
  await go('build', '-trimpath', '-ldflags', '-s -w', '-o', path.join(out, 'rules.wasm'), command);
  const goRoot = await go('env', 'GOROOT');
  for (const name of runtime) {
    await copyFile(path.join(goRoot, 'lib/wasm', name), path.join(out, name));
  }
  // The runtime is CommonJS inside a package of ES modules.
  await writeFile(path.join(out, 'package.json'), '{ "type": "commonjs" }\n');
  await writeFile(path.join(out, 'LICENSES.txt'), await licences(goRoot));
}

/** The licences and notices of Go and of every module that is compiled in; all of them ask to go with copies. */
async function licences(goRoot: string): Promise<string> {
  const format = '{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}\t{{.Dir}}{{end}}{{end}}';
  const modules = new Set((await go('list', '-deps', '-f', format, command)).split('\n').filter((line) => line !== ''));
  const parts = [...modules].sort().map((line) => line.split('\t') as [name: string, folder: string]);
  const texts = await Promise.all(
    [[`Go ${await go('env', 'GOVERSION')}`, goRoot] as const, ...parts].map(async ([name, folder]) => {
      const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|notice)(\.|$)/i.test(file)).sort();
      if (files.length === 0) {
        throw new Error(`${name} has no licence in ${folder}, and must not be passed on without one.`);
      }
      const contents = await Promise.all(files.map((file) => readFile(path.join(folder, file), 'utf8')));
      return [`=== ${name} ===`, ...contents.map((text) => text.trim())].join('\n\n');
    })
  );
  return `rules.wasm, wasm_exec.js and wasm_exec_node.js contain the work of others under these licences.\n\n${texts.join('\n\n')}\n`;
}
