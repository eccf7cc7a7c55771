import { unreachableFunctions } from './unreachable';

const found = (path: string, generated = false) => ({
  Path: `github.com/flaglens/flaglens/${path}`,
  Funcs: [{ Name: 'Pool', Position: { File: `${path}/pool.go`, Line: 16 }, Generated: generated }],
});

describe('unreachableFunctions', () => {
  it('says where each function is, and what to do', () => {
    expect(unreachableFunctions([found('pkg/stats/strata'), found('bench/verdict-simulation/peers')])).toEqual([
      'pkg/stats/strata/pool.go:16: nothing but tests reaches Pool: delete it, with its tests',
      'bench/verdict-simulation/peers/pool.go:16: nothing but tests reaches Pool: delete it, with its tests',
    ]);
  });

  it('leaves out what only tests import, and what is generated', () => {
    expect(unreachableFunctions([found('pkg/promtest'), found('pkg/rules', true)])).toEqual([]);
  });

  it('does not take a package with a similar name for one of tests', () => {
    expect(unreachableFunctions([found('pkg/notpromtest'), found('pkg/promtest/inner')])).toHaveLength(2);
  });

  it('is content where there is nothing', () => {
    expect(unreachableFunctions(null)).toEqual([]);
  });
});
