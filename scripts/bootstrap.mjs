/**
 * What must be right before any TypeScript can run: Node, Go, and the npm packages of the lock file. Plain JavaScript
 * without dependencies, since it is what installs them.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const installedRecord = path.join(root, 'node_modules/.package-lock.json');

const wantedNode = 20;

/** @param {string} message says what is wrong and what to do */
function fail(message) {
  console.error(message);
  process.exit(1);
}

function checkNode() {
  const major = Number.parseInt(process.versions.node, 10);
  if (major < wantedNode) {
    fail(`Node ${process.versions.node} is too old: install Node ${wantedNode} or newer (https://nodejs.org).`);
  }
}

/** @returns {[number, number]} */
function majorAndMinor(/** @type {string} */ version) {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  return [major, minor];
}

function checkGo() {
  let installed;
  try {
    installed = execFileSync('go', ['version'], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      fail('Go is not installed, or not on the PATH: install it from https://go.dev/dl and start again.');
    }
    // An older Go that may not fetch the toolchain that go.mod names says so itself.
    fail(`Go does not work here: ${error instanceof Error ? error.message : String(error)}`);
  }
  const wanted = /^go (\S+)$/m.exec(readFileSync(path.join(root, 'go.mod'), 'utf8'))?.[1] ?? '0';
  const found = /go version go(\S+)/.exec(installed ?? '')?.[1] ?? '0';
  const [major, minor] = majorAndMinor(found);
  const [wantedMajor, wantedMinor] = majorAndMinor(wanted);
  if (major < wantedMajor || (major === wantedMajor && minor < wantedMinor)) {
    fail(`Go ${found} is too old: install Go ${wanted} or newer (https://go.dev/dl).`);
  }
}

/** @returns {Record<string, { version?: string, link?: boolean, optional?: boolean }>} */
function packagesOf(/** @type {string} */ lockFile) {
  return JSON.parse(readFileSync(lockFile, 'utf8')).packages;
}

/**
 * Whether what is installed is what the lock file names. npm writes its record of an installation when it is complete,
 * so half an installation counts as none; packages for other platforms are in the lock file only.
 */
function packagesAreCurrent() {
  if (!existsSync(installedRecord)) {
    return false;
  }
  const installed = packagesOf(installedRecord);
  return Object.entries(packagesOf(path.join(root, 'package-lock.json')))
    .filter(([where, { link, optional }]) => where.startsWith('node_modules/') && !link && !optional)
    .every(([where, { version }]) => installed[where]?.version === version);
}

const networkTrouble = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET|ENETUNREACH|network/i;

/** @returns {Promise<void>} */
async function installPackages() {
  const begun = performance.now();
  console.log('Installing the npm packages (some minutes the first time)');
  const child = spawn('npm', ['ci', '--no-progress', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'pipe'],
    shell: process.platform === 'win32',
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
    errors += text;
  });
  const code = await new Promise((resolve) => {
    child.once('error', () => resolve('npm is not installed'));
    child.once('close', resolve);
  });
  if (code !== 0) {
    if (networkTrouble.test(errors)) {
      fail(
        `No network: npm could not fetch its packages. Connect this machine, or set a registry, and start again.\n${errors.trim()}`
      );
    }
    fail(`npm ci failed (${code}):\n${errors.trim()}`);
  }
  console.log(`Installing the npm packages: done in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
}

/**
 * Checks the tools and installs the packages if the lock file changed, then makes this process read TypeScript.
 * Ends the process with a clear line if something is missing.
 */
export async function prepare() {
  checkNode();
  checkGo();
  if (!packagesAreCurrent()) {
    await installPackages();
  }
  const { register } = await import('tsx/esm/api');
  register();
}
