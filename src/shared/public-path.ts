/**
 * Tells webpack where the plugin's lazy chunks are: beside the module that Grafana loaded, be it this server, a
 * sub-path or a CDN. Where the loader does not say, the path from the build stays (public/plugins/<id>/).
 */
import amdModule from 'amd-module';

const address = amdModule?.uri?.split(/[?#]/, 1)[0];
if (address?.includes('/')) {
  __webpack_public_path__ = address.slice(0, address.lastIndexOf('/') + 1);
}
