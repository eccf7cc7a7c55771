/** The scripts of SystemJS export nothing: they set the global `System`. */
declare module 'systemjs/dist/system.js';
declare module 'systemjs/dist/extras/amd.js';
