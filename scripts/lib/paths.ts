import path from 'node:path';

/** The checkout. */
export const root = path.resolve(import.meta.dirname, '../..');

/** What is built or downloaded and can be thrown away at any time. */
export const cache = path.join(root, '.cache');

const suffix = process.platform === 'win32' ? '.exe' : '';

/** The path of a tool that the set-up builds into the cache. */
export function toolBinary(name: string): string {
  return path.join(cache, 'bin', name + suffix);
}

const goArchitectures: Partial<Record<NodeJS.Architecture, string>> = { x64: 'amd64', ia32: '386' };

/** The backend binary as Grafana names it: gpx_flaglens_<os>_<arch>, in the words of Go. */
export function backendBinary(platform = process.platform, arch = process.arch): string {
  const os = platform === 'win32' ? 'windows' : platform;
  const file = `gpx_flaglens_${os}_${goArchitectures[arch] ?? arch}${platform === 'win32' ? '.exe' : ''}`;
  return path.join(root, 'dist/datasource', file);
}
