/** One package of what deadcode says in JSON: the functions that no main package reaches. */
export interface DeadPackage {
  Path: string;
  Funcs: Array<{ Name: string; Position: { File: string; Line: number }; Generated: boolean }>;
}

/** Packages that only tests import, which are not compiled into anything: their functions are reached from tests alone. */
const forTests = ['pkg/promtest', 'pkg/promtest/conformance', 'pkg/stats/internal/simulated', 'pkg/stats/vectors'];

/**
 * Says which functions nothing runs, one a line.
 *
 * @param packages - what `deadcode -json ./...` prints; null where it finds nothing
 */
export function unreachableFunctions(packages: DeadPackage[] | null): string[] {
  return (packages ?? [])
    .filter(({ Path }) => !forTests.some((folder) => Path.endsWith(`/${folder}`)))
    .flatMap(({ Funcs }) => Funcs.filter(({ Generated }) => !Generated))
    .map(
      ({ Name, Position }) =>
        `${Position.File}:${Position.Line}: nothing but tests reaches ${Name}: delete it, with its tests`
    );
}
