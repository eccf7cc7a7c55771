import type { KnipConfig } from 'knip';

/** What `knip` takes for used; whatever it finds beside this is deleted. */
const config: KnipConfig = {
  // A type in the signature of an export is exported with it.
  ignoreExportsUsedInFile: { interface: true, type: true },
  // Programs that are no packages: Go is looked for by the set-up, and flaglens is made here.
  ignoreBinaries: ['go', 'flaglens'],
  // Generated from Go as a whole: what nobody reads of it is not ours to delete.
  ignore: ['**/{contract,constants}.gen.ts'],
  workspaces: {
    '.': {
      entry: [
        // Started as programs by a test or a benchmark, or copied by whoever reads the documentation.
        'bench/instrumentation/{catalogue,service}.ts',
        'examples/*/{main,page}.ts',
        'test/integration/support/{browserPage,eventsService,faultyHost}.ts',
        'test/integration/support/cluster/{primary,worker}.ts',
        // The types of a file that is JavaScript, since Jest reads it before anything is compiled.
        'swc.config.d.mts',
      ],
      playwright: { config: 'test/*/playwright.config.ts' },
      ignoreDependencies: [
        // A module that webpack makes.
        'amd-module',
        // Started as a program, found by its path.
        'autocannon',
        'publint',
      ],
    },
    workbench: { entry: ['page/{main.tsx,boot.js}', 'bundle.ts'] },
    demo: { entry: ['src/*/main.ts'] },
  },
};

export default config;
