/** Webpack's variable for the address that lazy chunks are loaded from. */
declare let __webpack_public_path__: string;

/** What an AMD loader says of the module that it is loading. */
declare module 'amd-module' {
  const amdModule: { id?: string; uri?: string } | undefined;
  export default amdModule;
}
